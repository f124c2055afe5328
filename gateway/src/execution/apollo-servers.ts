import type { ApolloServer } from "@apollo/server";
import type { ServedSchema } from "../contracts/contract-of.ts";
import type { ApolloContext } from "./data-source.ts";

/** Apollo's pipeline for each contract and for the whole graph: it validates and introspects by one schema. */
export type ApolloServers = {
  readonly of: (served: ServedSchema) => ApolloServer<ApolloContext>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export function createApolloServers(
  create: (served: ServedSchema) => ApolloServer<ApolloContext>,
): ApolloServers {
  const servers: Readonly<Record<ServedSchema, ApolloServer<ApolloContext>>> = {
    portal: create("portal"),
    partner: create("partner"),
    operator: create("operator"),
    full: create("full"),
  };
  const all = Object.values(servers);
  return {
    of: (served) => servers[served],
    start: async () => {
      await Promise.all(all.map((server) => server.start()));
    },
    stop: async () => {
      await Promise.all(all.map((server) => server.stop()));
    },
  };
}
