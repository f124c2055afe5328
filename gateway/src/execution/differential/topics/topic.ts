import type { buildSubgraphSchema } from "@apollo/subgraph";

type SchemaModule = Extract<
  Extract<Parameters<typeof buildSubgraphSchema>[0], readonly unknown[]>[number],
  { readonly typeDefs: unknown }
>;
export type TopicResolvers = NonNullable<SchemaModule["resolvers"]>;

/** One thing that federation can do, over subgraphs that do it, with the answers that are right. */
export type FederationTopic = {
  readonly subgraphs: Readonly<Record<string, TopicSubgraph>>;
  readonly cases: readonly TopicCase[];
};

export type TopicSubgraph = { readonly sdl: string; readonly resolvers: TopicResolvers };

export type TopicCase = {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly data: unknown;
  /** What Apollo's planner does wrong: the answer is what comes of it, until it is mended. */
  readonly plannerFault?: string;
};

/** What every schema here begins with. */
export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@requires", "@provides", "@external", "@override", "@inaccessible",
    "@interfaceObject", "@extends"])`;

/** Resolvers of an entity that is found among some by its key; null where it is not. */
export function foundBy<Entity extends Readonly<Record<string, unknown>>>(
  key: keyof Entity & string,
  entities: readonly Entity[],
): {
  readonly __resolveReference: (reference: Readonly<Record<string, unknown>>) => unknown;
} {
  return {
    __resolveReference: (reference) => {
      const found = entities.find((entity) => entity[key] === reference[key]);
      return found === undefined ? null : { ...reference, ...found };
    },
  };
}
