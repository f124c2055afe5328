import { buildSubgraphSchema } from "@apollo/subgraph";
import { printAmount } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import {
  isScalarType,
  Kind,
  parse,
  type DocumentNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from "graphql";
import { checkDecisions, isOwned, type AccessDecisions } from "./access-decisions.ts";
import { passReference, type Caller } from "./gate.ts";
import { guardSchema } from "./guard-schema.ts";
import { scalars } from "./scalars.ts";
import { sharedTypes } from "./shared-types.ts";

export type SubgraphParts = {
  readonly name: string;
  /** The text of generated/schema.graphql. */
  readonly sdl: string;
  /** The generated `Resolvers` of the subgraph; scalars are added here. */
  readonly resolvers: object;
  /** About every type and root field of the subgraph's own. */
  readonly access: AccessDecisions;
  readonly logger: Logger;
};

type ResolverMap = Parameters<typeof buildSubgraphSchema>[0] extends infer Modules
  ? Extract<Modules, readonly { resolvers?: unknown }[]>[number]["resolvers"]
  : never;
type ReferenceResolver = (reference: unknown, context: Caller, info: GraphQLResolveInfo) => unknown;

/**
 * An executable schema with federation's machinery, in which every root field needs a viewer,
 * `@authenticated` and `@requiresScopes` are enforced, and every error that leaves is public.
 * Each entity type that other subgraphs may ask for needs a `__resolveReference`: it is where an
 * object of another tenant becomes `null`. What is owned by somebody passes a gate wherever it leaves.
 * @throws when the SDL is not valid, an entity has no reference resolver, or it is not decided who may see
 * a type or a root field
 */
export function buildSubgraph({
  name,
  sdl,
  resolvers,
  access,
  logger,
}: SubgraphParts): GraphQLSchema {
  const decisions: AccessDecisions = { ...access, types: { ...sharedTypes, ...access.types } };
  const typeDefs = parse(sdl);
  refuseOpenEntities(typeDefs, resolvers as Record<string, object>);
  const schema = buildSubgraphSchema([
    {
      typeDefs,
      resolvers: {
        ...scalarsIn(typeDefs),
        ...sharedTypesIn(typeDefs),
        ...withSafeReferences(resolvers as Record<string, object>, decisions),
      } as NonNullable<ResolverMap>,
    },
  ]);
  checkDecisions(schema, access, sharedTypes);
  guardSchema(schema, decisions, logger.child({ subgraph: name }));
  return schema;
}

function scalarsIn(typeDefs: DocumentNode): object {
  const declared = typeDefs.definitions.flatMap((definition) =>
    definition.kind === Kind.SCALAR_TYPE_DEFINITION ? [definition.name.value] : [],
  );
  return Object.fromEntries(
    declared.flatMap((scalar) => {
      const implementation = scalars[scalar];
      return implementation !== undefined && isScalarType(implementation)
        ? [[scalar, implementation]]
        : [];
    }),
  );
}

/** Amounts are written with the places of their currency, in every subgraph alike. */
function sharedTypesIn(typeDefs: DocumentNode): object {
  const hasMoney = typeDefs.definitions.some(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === "Money",
  );
  return hasMoney ? { Money: { amount: printAmount } } : {};
}

/**
 * Federation answers for an entity without a reference resolver by handing the question back, which
 * would let anybody in. Such a type must be a stub that cannot be asked for.
 */
function refuseOpenEntities(typeDefs: DocumentNode, resolvers: Record<string, object>): void {
  for (const definition of typeDefs.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    const isAnswerable = definition.directives?.some(
      (directive) =>
        directive.name.value === "key" &&
        !directive.arguments?.some(
          ({ name, value }) =>
            name.value === "resolvable" && value.kind === Kind.BOOLEAN && !value.value,
        ),
    );
    if (isAnswerable === true && !("__resolveReference" in (resolvers[type] ?? {}))) {
      throw new Error(`${type} is an entity without __resolveReference.`);
    }
  }
}

/**
 * What is somebody else's is `null`. A reference resolver that throws at once would take all the other entities of the
 * call with it.
 */
function withSafeReferences(
  resolvers: Record<string, object>,
  { types }: AccessDecisions,
): Record<string, object> {
  return Object.fromEntries(
    Object.entries(resolvers).map(([type, fields]) => {
      const resolve = (fields as { __resolveReference?: ReferenceResolver }).__resolveReference;
      if (resolve === undefined) return [type, fields];
      const decision = types[type];
      const safe: ReferenceResolver = async (reference, context, info) => {
        const found = await resolve(reference, context, info);
        return isOwned(decision) ? passReference(decision, found, context, info) : found;
      };
      return [type, { ...fields, __resolveReference: safe }];
    }),
  );
}
