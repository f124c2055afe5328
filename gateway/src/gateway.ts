import { setImmediate } from "node:timers/promises";
import type { Metrics, Logger } from "@crossdock/runtime";
import { createMetrics } from "@crossdock/runtime";
import type { FastifyInstance } from "fastify";
import { createEngine } from "./engine.ts";
import { createApolloServer } from "./execution/apollo-server.ts";
import { createFederation } from "./execution/federation.ts";
import type { GatewayInterface } from "./execution/federation.ts";
import type { SubgraphTransport } from "./execution/transport.ts";
import type { VerifyToken } from "./http/authenticate.ts";
import { registerExplorer } from "./http/explorer.ts";
import { GRAPHQL_PATH, graphqlRoute } from "./http/graphql-route.ts";
import { serveWebSocket } from "./http/websocket.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { GatewayLimits } from "./limits.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { createCompleteEvent } from "./subscriptions/complete-event.ts";
import { createEventStreams } from "./subscriptions/event-streams.ts";
import { createPrepare } from "./subscriptions/prepare.ts";

export type GatewayOptions = {
  /** The composed supergraph, with its security directives. */
  readonly supergraphSdl: string;
  /** A transport for every subgraph of the supergraph, by its name there. */
  readonly subgraphs: Readonly<Record<string, SubgraphTransport>>;
  readonly verifyToken: VerifyToken;
  /** Who enforces @authenticated and @requiresScopes; must be stated where the supergraph has any. */
  readonly enforcement?: "subgraphs";
  readonly logger: Logger;
  /** Where the gateway counts; its own registry when there is none. */
  readonly metrics?: Metrics;
  readonly limits?: Partial<GatewayLimits>;
  /** Whether clients may read the schema; yes unless said. */
  readonly introspection?: boolean;
  /** Puts another executor in front of the stock one, which it may fall back to. */
  readonly wrapGateway?: (stock: GatewayInterface) => GatewayInterface;
};

export interface Gateway {
  /**
   * Adds /graphql (POST, GET, WebSocket, server-sent events) and the explorer's files. Call it once,
   * before the server listens. Closing the server ends all streams and sockets first.
   */
  registerGraphql(app: FastifyInstance): void;
  /** Completes all subscriptions, then lets running operations finish. */
  stop(): Promise<void>;
}

/**
 * One GraphQL API over several subgraphs.
 * @throws {SupergraphRefusedError} the supergraph cannot be served safely; the message says why
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { logger, subgraphs, verifyToken, introspection = true } = options;
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const metrics = createGatewayMetrics(options.metrics ?? createMetrics());
  const federation = createFederation(options);
  const gateway = options.wrapGateway?.(federation.gateway) ?? federation.gateway;
  const apollo = createApolloServer({ gateway, limits, introspection, metrics, logger });
  await apollo.start();
  const completeEvent = createCompleteEvent(federation.dataSources, logger);
  const streams = createEventStreams({ subgraphs, completeEvent, limits, metrics, logger });
  const engine = createEngine({
    apollo,
    streams,
    limits,
    logger,
    verifyToken,
    schema: () => federation.snapshot().apiSchema,
    prepare: createPrepare(federation.snapshot, limits),
  });

  return {
    registerGraphql: (app) => {
      const sendPage = registerExplorer(app);
      void app.register(graphqlRoute(engine, sendPage));
      const closeSockets = serveWebSocket(app.server, GRAPHQL_PATH, engine);
      app.addHook("preClose", async () => {
        streams.close();
        await setImmediate(); // the streams say `complete` before their sockets close
        await closeSockets();
      });
    },
    stop: async () => {
      streams.close();
      await apollo.stop();
    },
  };
}
