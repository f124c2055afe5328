import type { ApolloServerPlugin } from "@apollo/server";
import type { ApolloContext } from "../execution/data-source.ts";
import type { EventStreams } from "../subscriptions/event-streams.ts";
import { deprecationHeaders, deprecationsOf } from "./deprecations.ts";
import type { UsageRecorder } from "./usage-recorder.ts";

/**
 * Counts each query and mutation that was answered, and tells in the answer's headers when it used what is going away.
 * What was refused as a whole used nothing.
 */
export function countedUse(usage: UsageRecorder): ApolloServerPlugin<ApolloContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({
          document,
          schema,
          response,
          request,
          operationName,
          contextValue,
        }) => {
          const result = response.body.kind === "single" ? response.body.singleResult : {};
          if (document === undefined || result.data === undefined) return Promise.resolve();
          const named = operationName ?? undefined;
          const asked = { schema, document, operationName: named };
          const { viewer } = contextValue.request;
          usage.record({ ...asked, variables: request.variables ?? {}, viewer });
          const deprecations = deprecationsOf(schema);
          if (deprecations.size === 0) return Promise.resolve();
          const used = (usage.shapeOf(asked)?.coordinates ?? [])
            .map((coordinate) => deprecations.get(coordinate))
            .filter((deprecation) => deprecation !== undefined);
          for (const [name, value] of Object.entries(deprecationHeaders(used, Date.now()))) {
            response.http.headers.set(name, value);
          }
          return Promise.resolve();
        },
      }),
  };
}

/** Counts each subscription when it is opened, and not its events. */
export function withCountedUse(streams: EventStreams, usage: UsageRecorder): EventStreams {
  return {
    ...streams,
    open: (prepared, caller, options) => {
      const { snapshot, document, operationName, variables } = prepared;
      const { viewer } = caller;
      usage.record({ schema: snapshot.apiSchema, document, operationName, variables, viewer });
      return streams.open(prepared, caller, options);
    },
  };
}
