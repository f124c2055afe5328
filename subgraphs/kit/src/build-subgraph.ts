import { buildSubgraphSchema } from "@apollo/subgraph";
import { printAmount } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import { isScalarType, Kind, parse, type DocumentNode, type GraphQLSchema } from "graphql";
import { guardSchema } from "./guard-schema.ts";
import { scalars } from "./scalars.ts";

export type SubgraphParts = {
  readonly name: string;
  /** The text of generated/schema.graphql. */
  readonly sdl: string;
  /** The generated `Resolvers` of the subgraph; scalars are added here. */
  readonly resolvers: object;
  readonly logger: Logger;
};

type ResolverMap = Parameters<typeof buildSubgraphSchema>[0] extends infer Modules
  ? Extract<Modules, readonly { resolvers?: unknown }[]>[number]["resolvers"]
  : never;
type ReferenceResolver = (reference: unknown, context: unknown, info: unknown) => unknown;

/**
 * An executable schema with federation's machinery, in which every root field needs a viewer,
 * `@authenticated` and `@requiresScopes` are enforced, and every error that leaves is public.
 * Each entity type that other subgraphs may ask for needs a `__resolveReference`: it is where an
 * object of another tenant becomes `null`.
 * @throws when the SDL is not valid, or an entity has no reference resolver
 */
export function buildSubgraph({ name, sdl, resolvers, logger }: SubgraphParts): GraphQLSchema {
  const typeDefs = parse(sdl);
  refuseOpenEntities(typeDefs, resolvers as Record<string, object>);
  const schema = buildSubgraphSchema([
    {
      typeDefs,
      resolvers: {
        ...scalarsIn(typeDefs),
        ...sharedTypesIn(typeDefs),
        ...withSafeReferences(resolvers as Record<string, object>),
      } as NonNullable<ResolverMap>,
    },
  ]);
  guardSchema(schema, logger.child({ subgraph: name }));
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

/** A reference resolver that throws at once would take all the other entities of the call with it. */
function withSafeReferences(resolvers: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(resolvers).map(([type, fields]) => {
      const resolve = (fields as { __resolveReference?: ReferenceResolver }).__resolveReference;
      if (resolve === undefined) return [type, fields];
      const safe: ReferenceResolver = async (...question) => resolve(...question);
      return [type, { ...fields, __resolveReference: safe }];
    }),
  );
}
