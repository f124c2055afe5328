import type { ApolloServerPlugin, GraphQLRequestContext } from "@apollo/server";
import type { ApolloContext } from "../execution/data-source.ts";
import type { StartAnswering } from "./answering.ts";
import type { ResolvedOperation } from "./resolved-operation.ts";

type Context = GraphQLRequestContext<ApolloContext>;
type ReadContext = Context & Required<Pick<Context, "document">>;

/** `Answering` for what Apollo's pipeline reads and runs. */
export function answeredOperations(start: StartAnswering): ApolloServerPlugin<ApolloContext> {
  return {
    requestDidStart: ({ contextValue }) => {
      const answering = start(contextValue.request);
      return Promise.resolve({
        didResolveOperation: async (context) => {
          await answering.begin(resolvedIn(context));
        },
        didEncounterErrors: ({ errors, operationName }) => {
          answering.noteErrors(errors, operationName ?? undefined);
          return Promise.resolve();
        },
        willSendResponse: (context) => {
          const { response } = context;
          if (response.body.kind !== "single") throw new Error("The gateway does not defer.");
          const resolved = isRead(context) ? resolvedIn(context) : null;
          const { result, headers } = answering.complete(response.body.singleResult, resolved);
          response.body = { kind: "single", singleResult: result };
          for (const [name, value] of Object.entries(headers)) {
            response.http.headers.set(name, value);
          }
          return Promise.resolve();
        },
      });
    },
  };
}

function isRead(context: Context): context is ReadContext {
  return context.document !== undefined;
}

function resolvedIn({
  schema,
  document,
  queryHash = "",
  operation,
  request,
}: ReadContext): ResolvedOperation {
  const { operationName, variables = {} } = request;
  return { schema, document, queryHash, operation, operationName, variables };
}
