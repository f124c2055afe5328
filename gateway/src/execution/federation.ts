import type { GraphQLSchema } from "graphql";
import type { GatewayExecutor, GatewayInterface, SupergraphSnapshot } from "./snapshot.ts";

export type Federation = {
  /** Runs every request on the snapshot that it was validated against. */
  readonly gateway: GatewayInterface;
  /** The one that is served to whatever begins now. */
  readonly snapshot: () => SupergraphSnapshot;
  /** The one whose schema a request was validated against. */
  readonly snapshotOf: (apiSchema: GraphQLSchema) => SupergraphSnapshot;
  /** Serves another one from now on, at once. What runs already is not touched. */
  readonly serve: (next: SupergraphSnapshot) => void;
};

type Listener = Parameters<GatewayInterface["onSchemaLoadOrUpdate"]>[0];

/** What stands between ApolloServer and the snapshots, behind the hooks that it has for gateways. */
export function createFederation(first: SupergraphSnapshot): Federation {
  let current = first;
  /** ApolloServer hands a request the very schema that it was told of, which is how its snapshot is found. */
  const snapshots = new WeakMap([[first.apiSchema, first]]);
  const listeners = new Set<Listener>();

  const snapshotOf = (apiSchema: GraphQLSchema) => snapshots.get(apiSchema) ?? current;
  const execute: GatewayExecutor = (context) => snapshotOf(context.schema).execute(context);
  const tell = (listener: Listener) => {
    listener({ apiSchema: current.apiSchema, coreSupergraphSdl: current.supergraphSdl });
  };
  return {
    gateway: {
      load: () => {
        listeners.forEach(tell);
        return Promise.resolve({ executor: execute });
      },
      onSchemaLoadOrUpdate: (listener) => {
        listeners.add(listener);
        return () => {
          listeners.delete(listener);
        };
      },
      stop: () => Promise.resolve(),
    },
    snapshot: () => current,
    snapshotOf,
    serve: (next) => {
      current = next;
      snapshots.set(next.apiSchema, next);
      listeners.forEach(tell);
    },
  };
}
