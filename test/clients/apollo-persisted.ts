import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { generatePersistedQueryIdsFromManifest } from "@apollo/persisted-query-lists";

export type GeneratedManifest = {
  readonly operations: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: "query" | "mutation" | "subscription";
    readonly body: string;
  }[];
};

/** Sends the ids of a manifest and no text, as Apollo documents it. */
export function createPersistedApolloClient(
  url: string,
  key: string,
  manifest: GeneratedManifest,
): ApolloClient {
  const ids = generatePersistedQueryIdsFromManifest({
    loadManifest: () => ({ operations: [...manifest.operations] }),
  });
  const authorized = new SetContextLink(({ headers }) => ({
    headers: { ...headers, authorization: `Bearer ${key}` },
  }));
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: authorized
      .concat(new PersistedQueryLink(ids))
      .concat(new HttpLink({ uri: `${url}/graphql` })),
  });
}
