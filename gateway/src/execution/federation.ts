import type { GraphQLSchema } from "graphql";
import { AUDIENCES } from "../contracts/contract.ts";
import { schemaNamed, type ServedSchema } from "../contracts/contract-of.ts";
import type { ApolloContext } from "./data-source.ts";
import type { RunOperation, SharedRuns } from "./shared-runs.ts";
import type { GatewayExecutor, GatewayInterface, SupergraphSnapshot } from "./snapshot.ts";

export type Federation = {
  /** The graph as the clients of an audience have it, or all of it. Runs every request on the snapshot that it was validated against. */
  readonly gatewayOf: (served: ServedSchema) => GatewayInterface;
  /** Runs a query or a mutation on the snapshot that it was validated against, shared with who asks for the same. */
  readonly run: RunOperation;
  /** The one that is served to whatever begins now. */
  readonly snapshot: () => SupergraphSnapshot;
  /** The one against whose schema, or a contract of it, a request was validated. */
  readonly snapshotOf: (schema: GraphQLSchema) => SupergraphSnapshot;
  /** Serves another one from now on, at once. What runs already is not touched. */
  readonly serve: (next: SupergraphSnapshot) => void;
};

type Listener = Parameters<GatewayInterface["onSchemaLoadOrUpdate"]>[0];

/**
 * What stands between ApolloServer and the snapshots, behind the hooks that it has for gateways.
 * @param sharedRuns `null`: each operation runs by itself
 */
export function createFederation(
  first: SupergraphSnapshot,
  sharedRuns: SharedRuns | null,
): Federation {
  let current = first;
  /** ApolloServer hands a request the very schema that it was told of, which is how its snapshot is found. */
  const snapshots = new WeakMap<GraphQLSchema, SupergraphSnapshot>();
  const listeners = new Map<Listener, ServedSchema>();

  const snapshotOf = (schema: GraphQLSchema) => snapshots.get(schema) ?? current;
  const runAlone: RunOperation = (asked, request) => snapshotOf(asked.schema).run(asked, request);
  const run = sharedRuns === null ? runAlone : sharedRuns.over(runAlone);
  const execute: GatewayExecutor = ({ schema, document, queryHash, request: asked, context }) => {
    const { operationName = null, variables = {} } = asked;
    return run(
      { schema, document, queryHash, operationName: operationName ?? undefined, variables },
      (context as ApolloContext).request,
    ) as ReturnType<GatewayExecutor>;
  };
  const tell = (served: ServedSchema, listener: Listener) => {
    const { supergraphSdl } = current;
    listener({ apiSchema: schemaNamed(current, served), coreSupergraphSdl: supergraphSdl });
  };
  const remember = (snapshot: SupergraphSnapshot) => {
    for (const served of [...AUDIENCES, "full"] as const) {
      snapshots.set(schemaNamed(snapshot, served), snapshot);
    }
  };

  remember(first);
  return {
    gatewayOf: (served) => {
      const own = new Set<Listener>();
      return {
        load: () => {
          for (const listener of own) tell(served, listener);
          return Promise.resolve({ executor: execute });
        },
        onSchemaLoadOrUpdate: (listener) => {
          own.add(listener);
          listeners.set(listener, served);
          return () => {
            own.delete(listener);
            listeners.delete(listener);
          };
        },
        stop: () => Promise.resolve(),
      };
    },
    run,
    snapshot: () => current,
    snapshotOf,
    serve: (next) => {
      current = next;
      remember(next);
      for (const [listener, served] of listeners) tell(served, listener);
    },
  };
}
