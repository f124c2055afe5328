import { setTimeout as sleep } from "node:timers/promises";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { DomainError, InvalidValueError, UnauthenticatedError } from "@crossdock/domain";
import type { CustomerNumber, Instant, Viewer } from "@crossdock/domain";
import { createLogger, createMetrics, noteSourceCall } from "@crossdock/runtime";
import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import { GraphQLScalarType, parse } from "graphql";
import type { GraphQLSchema } from "graphql";
import { composeSupergraph } from "../composition/compose.ts";
import { createLocalTransport } from "../execution/local-transport.ts";
import type { SubgraphTransport } from "../execution/transport.ts";
import { createGateway } from "../gateway.ts";
import type { GatewayOptions } from "../gateway.ts";
import type { GatewayRequest } from "../request.ts";
import { createTopic } from "./topic.ts";
import type { Topic } from "./topic.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated", "@external", "@requires", "@tag"])`;

/** Anybody may ask for it. */
const OPEN = `@tag(name: "public")`;

const ORDERS_SDL = `${LINK}
  scalar Decimal
  type Query {
    viewer: Viewer! @authenticated
    order(id: ID!): Order ${OPEN}
    orders: [Order!]! ${OPEN}
    price(quantity: Decimal!): String ${OPEN}
    stock(sku: ID!): String ${OPEN}
    maxAgeMs: Int ${OPEN}
    broken: String ${OPEN}
    refused: String ${OPEN}
    busy: String ${OPEN}
    slow: String ${OPEN}
  }
  type Mutation { rename(id: ID!, status: String!): Order ${OPEN} }
  type Subscription {
    orderChanged(id: ID, after: String): OrderEvent! ${OPEN}
    refusedStream: OrderEvent! ${OPEN}
  }
  type Viewer { id: ID! name: String }
  type Order @key(fields: "id") { id: ID! status: String! next: Order stockNote: String }
  type OrderEvent { cursor: String! order: Order! }
`;

const SHIPMENTS_SDL = `${LINK}
  type Query { shipment(id: ID!): Shipment ${OPEN} }
  type Order @key(fields: "id") { id: ID! shipments: [Shipment!] carrier: String }
  type Shipment @key(fields: "id") { id: ID! trackingNumber: String! }
`;

/** What one request gave to the resolvers of a subgraph. */
export type ShopContext = { readonly request: GatewayRequest; readonly loaded: string[] };

export type OrderEvent = {
  readonly cursor: string;
  readonly order: { readonly id: string; readonly status: string };
};

export type Shop = {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly events: Topic<OrderEvent>;
  /** One entry for each context that was made. */
  readonly contexts: readonly ShopContext[];
  /** What the log got, one JSON object a line. */
  readonly logLines: readonly string[];
  readonly metrics: () => Promise<string>;
  /** Resolves when the metrics say so. */
  readonly until: (metrics: RegExp) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Says more than its code. */
class ShopBusyError extends DomainError {
  readonly code = "RATE_LIMITED";
  readonly retry = "later";
  override readonly extensions = { retryAfterSeconds: 7 };

  constructor() {
    super("The shop is full.");
  }
}

/** When the sources told what the shop has of them that is stale. */
export const ERP_LAST_SEEN = "2026-11-21T07:00:00.000Z" as Instant;
export const WMS_LAST_SEEN = "2026-11-21T07:30:00.000Z" as Instant;

export const SHIPMENTS_DOWN = "shipments-down";

/**
 * Two small subgraphs behind the real gateway on a real port. Tokens are `portal`, `colleague` (of the same
 * account), `competitor` (of another one) and `short`.
 */
export async function openShop(
  options: Partial<GatewayOptions> = {},
  events = createTopic<OrderEvent>(),
): Promise<Shop> {
  const contexts: ShopContext[] = [];
  const logLines: string[] = [];
  const registry = createMetrics();
  const logger = createLogger({
    name: "gateway",
    level: "info",
    to: { write: (line: string) => void logLines.push(line) },
  });
  const gateway = await createGateway({
    supergraphSdl: composeShop(),
    subgraphs: subgraphsOf(events, contexts),
    verifyToken: verifyTestToken,
    logger,
    metrics: registry,
    ...options,
  });
  const app = fastify();
  gateway.registerGraphql(app);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    url: `${url}/graphql`,
    app,
    events,
    contexts,
    logLines,
    metrics: () => registry.metrics(),
    until: async (metrics) => {
      while (!metrics.test(await registry.metrics())) await sleep(LOOK_AGAIN_MS);
    },
    close: async () => {
      await app.close();
      await gateway.stop();
    },
  };
}

export function composeShop(): string {
  return composeSupergraph([
    { name: "orders", url: "http://orders.test/graphql", sdl: ORDERS_SDL },
    { name: "shipments", url: "http://shipments.test/graphql", sdl: SHIPMENTS_SDL },
  ]);
}

export const SHORT_TOKEN_LIFE_MS = 700;
const LOOK_AGAIN_MS = 5;
const HOUR_MS = 3_600_000;

export function verifyTestToken(token: string): Promise<Viewer> {
  const livesMs = {
    portal: HOUR_MS,
    colleague: HOUR_MS,
    competitor: HOUR_MS,
    short: SHORT_TOKEN_LIFE_MS,
  }[token];
  if (livesMs === undefined) {
    return Promise.reject(new UnauthenticatedError("The token is not ours."));
  }
  return Promise.resolve({
    id: token === "colleague" ? "user-2" : "user-1",
    name: "Pat",
    clientId: "test",
    role: "portal",
    scopes: ["orders:read"],
    customers: [(token === "competitor" ? "C10020" : "C10010") as CustomerNumber],
    expiresAt: new Date(Date.now() + livesMs).toISOString() as Instant,
  });
}

/** The shop's subgraphs, which a test may also put behind a server of their own. */
export function subgraphsOf(
  events: Topic<OrderEvent>,
  contexts: ShopContext[],
): Readonly<Record<string, SubgraphTransport>> {
  const createContext = (request: GatewayRequest): ShopContext => {
    const context = { request, loaded: [] };
    contexts.push(context);
    return context;
  };
  return {
    orders: createLocalTransport({ schema: ordersSchema(events), createContext }),
    shipments: createLocalTransport({ schema: shipmentsSchema(), createContext }),
  };
}

function parseDecimal(value: unknown): string {
  if (typeof value !== "string" || !/^\d+$/.test(value)) throw new TypeError("not a decimal");
  return value;
}

/** @throws {InvalidValueError} no event has the cursor */
function eventsAfter(events: Topic<OrderEvent>, after: string | null): readonly OrderEvent[] {
  if (after === null) return [];
  const at = events.published.findIndex(({ cursor }) => cursor === after);
  if (at < 0) throw new InvalidValueError("after", after, "a cursor");
  return events.published.slice(at + 1);
}

const orderOf = (id: string) => ({ id, status: "OPEN" });

function ordersSchema(events: Topic<OrderEvent>): GraphQLSchema {
  const resolvers = {
    Decimal: new GraphQLScalarType({ name: "Decimal", parseValue: parseDecimal }),
    Query: {
      viewer: (_root: unknown, _args: unknown, { request }: ShopContext) => request.viewer,
      order: (_root: unknown, { id }: { id: string }) => (id === "none" ? null : orderOf(id)),
      orders: () => ["1", "2", "3"].map(orderOf),
      price: () => "1.00",
      stock: async (_root: unknown, { sku }: { sku: string }, { request }: ShopContext) => {
        await Promise.resolve();
        if (sku === "live") noteSourceCall();
        if (sku === "cached") request.reads.noteCached();
        if (sku === "stale") request.reads.noteStale("erp", ERP_LAST_SEEN);
        return sku;
      },
      maxAgeMs: (_root: unknown, _args: unknown, { request }: ShopContext) => request.maxAgeMs,
      broken: () => {
        throw new Error("password=hunter2 at erp.internal:1433");
      },
      refused: () => {
        throw new InvalidValueError("quantity", -1);
      },
      busy: () => {
        throw new ShopBusyError();
      },
      slow: (_root: unknown, _args: unknown, { request }: ShopContext) =>
        new Promise((resolve) => {
          request.signal.addEventListener("abort", () => {
            resolve(null);
          });
        }),
    },
    Mutation: {
      rename: (
        _root: unknown,
        { id, status }: { id: string; status: string },
        { request }: ShopContext,
      ) => {
        if (status === orderOf(id).status) request.replayed.add(id);
        return { id, status };
      },
    },
    Subscription: {
      orderChanged: {
        subscribe: (
          _root: unknown,
          { after }: { after?: string | null },
          { request }: ShopContext,
        ) => events.follow(request.signal, eventsAfter(events, after ?? null)),
        resolve: (event: OrderEvent) => event,
      },
      refusedStream: {
        subscribe: () => {
          throw new InvalidValueError("after", "x", "a cursor");
        },
      },
    },
    Order: {
      __resolveReference: ({ id }: { id: string }) => orderOf(id),
      next: ({ id }: { id: string }) => orderOf(String(Number(id) + 1)),
      stockNote: (_order: unknown, _args: unknown, { request }: ShopContext) => {
        request.reads.noteStale("erp", ERP_LAST_SEEN);
        return "as it was";
      },
    },
  };
  return buildSubgraphSchema([{ typeDefs: parse(ORDERS_SDL), resolvers }]);
}

function shipmentsSchema(): GraphQLSchema {
  const resolvers = {
    Query: { shipment: (_root: unknown, { id }: { id: string }) => shipmentOf(id) },
    Order: {
      __resolveReference: ({ id }: { id: string }, { loaded }: ShopContext) => {
        loaded.push(id);
        return { id };
      },
      shipments: ({ id }: { id: string }) => {
        if (id === SHIPMENTS_DOWN) throw new Error("wms timeout");
        return [shipmentOf(`S-${id}`)];
      },
      carrier: (_order: unknown, _args: unknown, { request }: ShopContext) => {
        request.reads.noteStale("wms", WMS_LAST_SEEN);
        return "UPS";
      },
    },
  };
  return buildSubgraphSchema([{ typeDefs: parse(SHIPMENTS_SDL), resolvers }]);
}

const shipmentOf = (id: string) => ({ id, trackingNumber: `1Z-${id}` });
