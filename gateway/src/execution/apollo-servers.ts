import type { ApolloServer } from "@apollo/server";
import type { Audience } from "../policy/client-policies.ts";
import type { ApolloContext } from "./data-source.ts";

/** Apollo's pipeline for each contract: it validates and introspects by one schema. */
export type ApolloServers = {
  readonly of: (audience: Audience) => ApolloServer<ApolloContext>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export function createApolloServers(
  create: (audience: Audience) => ApolloServer<ApolloContext>,
): ApolloServers {
  const servers: Readonly<Record<Audience, ApolloServer<ApolloContext>>> = {
    portal: create("portal"),
    partner: create("partner"),
    operator: create("operator"),
  };
  const all = Object.values(servers);
  return {
    of: (audience) => servers[audience],
    start: async () => {
      await Promise.all(all.map((server) => server.start()));
    },
    stop: async () => {
      await Promise.all(all.map((server) => server.stop()));
    },
  };
}
