import { buildSubgraphSchema } from "@apollo/subgraph";
import type { Instant, Viewer } from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import { parse } from "graphql";
import type { ExecutionResult } from "graphql";
import { composeSupergraph } from "../../../composition/compose.ts";
import { sha256Of } from "../../../operations/safelist.ts";
import { newRequest } from "../../../request.ts";
import type { UnsupportedReason } from "../../compiled/unsupported.ts";
import { createExecutor } from "../../execute-operation.ts";
import type { ExecutorKind } from "../../execute-operation.ts";
import { createLocalTransport } from "../../local-transport.ts";
import { loadSnapshot } from "../../snapshot.ts";
import { LINK } from "./topic.ts";
import type { FederationTopic, TopicCase } from "./topic.ts";

export type OpenTopic = {
  readonly ask: (kind: ExecutorKind, of: TopicCase) => Promise<ExecutionResult>;
  /** Why operations were left to the stock executor. */
  readonly leftToStock: readonly UnsupportedReason[];
};

/**
 * A topic's subgraphs as one graph, with both executors.
 * @throws {CompositionError} they do not make one
 */
export async function openTopic({ subgraphs }: FederationTopic): Promise<OpenTopic> {
  const named = Object.entries(subgraphs);
  const supergraphSdl = composeSupergraph(
    named.map(([name, { sdl }]) => ({
      name,
      url: `http://${name}.test/graphql`,
      sdl: `${LINK}\n${sdl}`,
    })),
  );
  const snapshot = await loadSnapshot({
    supergraphSdl,
    subgraphs: Object.fromEntries(
      named.map(([name, { sdl, resolvers }]) => {
        const module = { typeDefs: parse(`${LINK}\n${sdl}`), resolvers };
        const schema = buildSubgraphSchema([module]);
        return [name, createLocalTransport({ schema, createContext: () => ({}) })];
      }),
    ),
    logger: createLogger({ name: "topics", level: "silent" }),
  });
  const leftToStock: UnsupportedReason[] = [];
  const note = (reason: UnsupportedReason) => void leftToStock.push(reason);
  const executors = {
    stock: createExecutor({ ...snapshot, kind: "stock", leftToStock: note }),
    compiled: createExecutor({ ...snapshot, kind: "compiled", leftToStock: note }),
  };
  return {
    leftToStock,
    ask: (kind, { query, variables = {} }) => {
      const request = newRequest({
        correlationId: "topics",
        viewer: ANYBODY,
        authorization: null,
        signal: new AbortController().signal,
        maxAgeMs: null,
      });
      const asked = {
        schema: snapshot.apiSchema,
        document: parse(query),
        queryHash: sha256Of(query),
        operationName: undefined,
        variables,
      };
      return executors[kind].run(asked, request);
    },
  };
}

const ANYBODY: Viewer = {
  id: "anybody",
  name: null,
  clientId: "topics",
  role: "operator",
  scopes: [],
  customers: "all",
  expiresAt: "2099-01-01T00:00:00.000Z" as Instant,
};
