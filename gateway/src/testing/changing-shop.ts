import { buildSubgraphSchema } from "@apollo/subgraph";
import { UnauthenticatedError } from "@crossdock/domain";
import { createLogger, createMetrics } from "@crossdock/runtime";
import { fastify } from "fastify";
import { parse } from "graphql";
import { composeSupergraph } from "../composition/compose.ts";
import { createLocalTransport } from "../execution/local-transport.ts";
import type { SubgraphTransport } from "../execution/transport.ts";
import { createGateway } from "../gateway.ts";
import type { Gateway, GatewayOptions } from "../gateway.ts";
import type { GatewayRequest } from "../request.ts";
import { createEventRecord } from "./event-record.ts";
import type { EventRecord } from "./event-record.ts";

/** One state of the shop's API. */
export type ShopVersion = {
  readonly supergraphSdl: string;
  readonly subgraphs: Readonly<Record<string, SubgraphTransport>>;
};

export type VersionName =
  /** Where it starts. */
  | "first"
  /** `Order.weight` is new. */
  | "added"
  /** `Order.note` is gone. */
  | "removed"
  /** `Order.status` has moved to the other subgraph, and orders have another key. */
  | "moved";

export type ChangingShop = {
  /** Of /graphql. */
  readonly url: string;
  readonly gateway: Gateway;
  readonly record: EventRecord;
  /** Lets `slow` answer. */
  readonly release: () => void;
  /** Resolves when `slow` is being asked for. */
  readonly slowBegan: Promise<void>;
  readonly version: (name: VersionName) => ShopVersion;
  readonly metrics: () => Promise<string>;
  readonly close: () => Promise<void>;
};

type Context = { readonly request: GatewayRequest };

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated", "@shareable", "@tag"])`;

/** Anybody may ask for it. */
const OPEN = `@tag(name: "public")`;

/** A shop whose graph changes while it is open. Its streams can be resumed; nobody needs a token. */
export async function openChangingShop(
  options: Partial<GatewayOptions> = {},
): Promise<ChangingShop> {
  const record = createEventRecord();
  const registry = createMetrics();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let slowBegins: () => void = () => undefined;
  const slowBegan = new Promise<void>((resolve) => (slowBegins = resolve));
  const slow = async (name: VersionName) => {
    slowBegins();
    await released;
    return name;
  };
  const version = (name: VersionName) => versionOfShop(name, record, slow);
  const gateway = await createGateway({
    ...version("first"),
    verifyToken: () => Promise.reject(new UnauthenticatedError()),
    logger: createLogger({ name: "gateway", level: "silent" }),
    metrics: registry,
    ...options,
  });
  const app = fastify();
  gateway.registerGraphql(app);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    url: `${url}/graphql`,
    gateway,
    record,
    release,
    slowBegan,
    version,
    metrics: () => registry.metrics(),
    close: async () => {
      await app.close();
      await gateway.stop();
    },
  };
}

function versionOfShop(
  name: VersionName,
  record: EventRecord,
  slow: (name: VersionName) => Promise<string>,
): ShopVersion {
  const sdls = sdlsOf(name);
  const ofId = (id: string) => ({ id, number: `N-${id}` });
  const resolvers = {
    orders: {
      Query: {
        order: (_root: unknown, { id }: { id: string }) => ({ ...ofId(id), status: "OPEN" }),
        slow: () => slow(name),
        audited: () => "yes",
      },
      Subscription: {
        orderChanged: {
          subscribe: (
            _root: unknown,
            { after = null }: { after?: string | null },
            { request }: Context,
          ) => record.follow(after, request.signal),
          resolve: ({ cursor, order }: { cursor: string; order: { id: string } }) => ({
            cursor,
            order: { ...order, ...ofId(order.id) },
          }),
        },
      },
      ...(name !== "removed" && { Order: { note: () => "fragile" } }),
    },
    shipments: {
      Order: {
        __resolveReference: ({ id, number }: { id?: string; number?: string }) =>
          ofId(id ?? String(number).slice("N-".length)),
        ...(name === "added" && { weight: () => 7 }),
        ...(name === "moved" && { status: () => "SHIPPED" }),
        trackingNumber: ({ id }: { id: string }) => `1Z-${id}`,
      },
    },
  };
  const subgraph = (part: "orders" | "shipments") =>
    createLocalTransport({
      schema: buildSubgraphSchema([{ typeDefs: parse(sdls[part]), resolvers: resolvers[part] }]),
      createContext: (request): Context => ({ request }),
    });
  return {
    supergraphSdl: composed(name, sdls),
    subgraphs: { orders: subgraph("orders"), shipments: subgraph("shipments") },
  };
}

const compositions = new Map<VersionName, string>();

function composed(name: VersionName, sdls: ReturnType<typeof sdlsOf>): string {
  const services = Object.entries(sdls).map(([part, sdl]) => ({
    name: part,
    url: `http://${part}.test/`,
    sdl,
  }));
  const supergraphSdl = compositions.get(name) ?? composeSupergraph(services);
  compositions.set(name, supergraphSdl);
  return supergraphSdl;
}

function sdlsOf(name: VersionName): { readonly orders: string; readonly shipments: string } {
  const key = name === "moved" ? "number" : "id";
  return {
    orders: `${LINK}
      type Query {
        order(id: ID!): Order ${OPEN}
        slow: String ${OPEN}
        audited: String ${name === "added" ? "" : "@authenticated"}
      }
      type Subscription { orderChanged(after: String): OrderEvent! ${OPEN} }
      type OrderEvent { cursor: String! order: Order! }
      type Order @key(fields: "${key}") {
        id: ID! @shareable
        number: String! @shareable
        ${name === "removed" ? "" : "note: String"}
        ${name === "moved" ? "" : "status: String!"}
      }`,
    shipments: `${LINK}
      type Order @key(fields: "${key}") {
        ${key}: ${key === "id" ? "ID" : "String"}! @shareable
        trackingNumber: String
        ${name === "added" ? "weight: Int" : ""}
        ${name === "moved" ? "status: String!" : ""}
      }`,
  };
}
