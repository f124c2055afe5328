import type { ApolloServerPlugin } from "@apollo/server";
import type { ApolloContext } from "../execution/data-source.ts";
import type { KnownDocuments } from "./known-documents.ts";

/** Whoever sends a document for the first time has it read and validated by Apollo's pipeline; from then on it is known. */
export function rememberedDocuments(known: KnownDocuments): ApolloServerPlugin<ApolloContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ schema, source, document, queryHash }) => {
          known.remember(schema, source, { document, queryHash });
          return Promise.resolve();
        },
      }),
  };
}
