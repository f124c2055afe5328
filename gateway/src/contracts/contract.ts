import { GraphQLSchema, isInterfaceType, Kind, parse, print, visit } from "graphql";
import type { ConstDirectiveNode, DocumentNode } from "graphql";
import { argumentsOf } from "../composition/joins.ts";
import { buildSupergraph } from "../execution/build-supergraph.ts";
import type { Audience } from "../policy/client-policies.ts";

/** The schema that each audience has: what is not in it does not exist for its clients. */
export type Contracts = Readonly<Record<Audience, GraphQLSchema>>;

export const AUDIENCES = ["portal", "partner", "operator"] as const satisfies readonly Audience[];

/**
 * Cuts the contract of an audience: whatever is tagged with the names of some audiences is for these alone, what has no such
 * tag is for all of them, and a type that nothing leads to any more is left out. It is cut as Apollo cuts its
 * contracts, by making the rest `@inaccessible`, so that what would be left without a meaning is refused.
 * @param apiSchema of the whole supergraph: the contract of an audience from which nothing is kept
 * @throws {Error} a field that stays has a type that goes, a type loses all of its fields, and the like; names the place
 */
export function cutContract(
  supergraphSdl: string,
  audience: Audience,
  apiSchema: GraphQLSchema,
): GraphQLSchema {
  const { document, hidden } = hide(parse(supergraphSdl, { noLocation: true }), audience);
  if (hidden === 0) return apiSchema;
  const cut = buildSupergraph(print(withInaccessible(document)));
  return onlyReachable(cut.apiSchema().toGraphQLJSSchema());
}

type Tagged = { readonly directives?: readonly ConstDirectiveNode[] };

function hide(
  supergraph: DocumentNode,
  audience: Audience,
): { readonly document: DocumentNode; readonly hidden: number } {
  let hidden = 0;
  const enter = <Node extends Tagged>(node: Node): Node | undefined => {
    const audiences = audiencesOf(node);
    if (audiences.length === 0 || audiences.includes(audience)) return undefined;
    hidden += 1;
    return { ...node, directives: [...(node.directives ?? []), INACCESSIBLE] };
  };
  const document = visit(supergraph, {
    ObjectTypeDefinition: enter,
    InterfaceTypeDefinition: enter,
    UnionTypeDefinition: enter,
    ScalarTypeDefinition: enter,
    EnumTypeDefinition: enter,
    InputObjectTypeDefinition: enter,
    FieldDefinition: enter,
    EnumValueDefinition: enter,
    InputValueDefinition: enter,
  });
  return { document, hidden };
}

/** The audiences that something in the supergraph is for; none for all of them. */
export function audiencesOf({ directives }: Tagged): readonly Audience[] {
  const names = argumentsOf(directives, "tag").map(({ name }) => name);
  return AUDIENCES.filter((audience) => names.includes(audience));
}

const INACCESSIBLE: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: "inaccessible" },
};

const INACCESSIBLE_LINK =
  'schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY) { query: Query }';
const INACCESSIBLE_DEFINITION =
  "directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION";

/** A supergraph of which no subgraph uses `@inaccessible` does not know it. */
function withInaccessible(supergraph: DocumentNode): DocumentNode {
  const isKnown = supergraph.definitions.some(
    (definition) =>
      definition.kind === Kind.DIRECTIVE_DEFINITION && definition.name.value === "inaccessible",
  );
  if (isKnown) return supergraph;
  const [link, definition] = parse(`${INACCESSIBLE_LINK} ${INACCESSIBLE_DEFINITION}`, {
    noLocation: true,
  }).definitions;
  if (link?.kind !== Kind.SCHEMA_DEFINITION || definition === undefined) {
    throw new Error("The link is a schema's.");
  }
  const definitions = supergraph.definitions.map((each) =>
    each.kind === Kind.SCHEMA_DEFINITION
      ? { ...each, directives: [...(each.directives ?? []), ...(link.directives ?? [])] }
      : each,
  );
  return { ...supergraph, definitions: [...definitions, definition] };
}

/** Implementations of an interface can be reached without being named, all else has to be named somewhere. */
function onlyReachable(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  let types: readonly string[] = [];
  for (;;) {
    const reached = new GraphQLSchema({
      ...config,
      types: types.map((name) => schema.getType(name)).filter((type) => type !== undefined && type !== null),
    });
    const implementing = Object.values(reached.getTypeMap())
      .filter(isInterfaceType)
      .flatMap((type) => {
        const own = schema.getType(type.name);
        return isInterfaceType(own) ? schema.getPossibleTypes(own).map(({ name }) => name) : [];
      });
    const next = [...new Set(implementing)].sort();
    if (next.join() === types.join()) return reached;
    types = next;
  }
}
