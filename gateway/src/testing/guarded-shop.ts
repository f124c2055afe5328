import { buildSubgraphSchema } from "@apollo/subgraph";
import type { Instant, Role, Viewer } from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import { fastify } from "fastify";
import { GraphQLScalarType, parse } from "graphql";
import { composeSupergraph } from "../composition/compose.ts";
import { createLocalTransport } from "../execution/local-transport.ts";
import type { SubgraphRequest, SubgraphTransport } from "../execution/transport.ts";
import { createGateway } from "../gateway.ts";
import type { Gateway } from "../gateway.ts";
import { openPolicyOf } from "../policy/client-policies.ts";
import { createTopic } from "./topic.ts";
import type { Topic } from "./topic.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated", "@requiresScopes", "@tag"])`;

const STORE_SDL = `${LINK}
  scalar AuditCode @requiresScopes(scopes: [["audit"]])
  input Filter { title: String code: AuditCode }
  type Query {
    motd: String @tag(name: "public")
    lookup(code: AuditCode, filter: Filter): String @tag(name: "public")
    order(id: ID!): Order
    orders: [Order!]!
    things: [Thing!]!
    found: [Found!]!
    logins: [Login!]! @tag(name: "operator")
  }
  type Mutation {
    close(id: ID!): Order
    destroy(id: ID!): Order @requiresScopes(scopes: [["admin"]])
    purge(hard: Boolean @tag(name: "operator")): Int! @tag(name: "operator") @tag(name: "partner")
  }
  type Subscription {
    orderClosed: Order
    orderDestroyed: Order @requiresScopes(scopes: [["admin"]])
  }
  interface Thing { id: ID! title: String }
  type Order implements Thing @key(fields: "id") {
    id: ID!
    title: String
    total: String! @requiresScopes(scopes: [["money"]])
    note: String @requiresScopes(scopes: [["money"]])
    handling: Handling!
    secret: Secret
    cost: String @tag(name: "operator")
  }
  enum Handling { PLAIN FRAGILE @tag(name: "partner") @tag(name: "operator") }
  type Gadget implements Thing { id: ID! title: String @requiresScopes(scopes: [["gadgets"]]) }
  union Found = Order | Secret
  type Secret @requiresScopes(scopes: [["admin"], ["night", "watch"]]) { id: ID! code: String }
  type Login { at: String from: Origin }
  type Origin { host: String }
`;

const LEDGER_SDL = `${LINK}
  type Order @key(fields: "id") {
    id: ID!
    balance: String @requiresScopes(scopes: [["money"]])
    isOpen: Boolean
  }
`;

export type GuardedShop = {
  readonly url: string;
  readonly gateway: Gateway;
  /** What the subgraphs were asked, in order: `store query …`. */
  readonly asked: string[];
  readonly closed: Topic<{ readonly id: string }>;
  readonly close: () => Promise<void>;
};

/**
 * A shop of which not everybody may have everything, behind a gateway on a real port. Its subgraphs guard nothing, so that
 * what is refused was refused by the gateway. A token is a role and its scopes: `portal/money+gadgets`. With one scope
 * more, `held`, its application is held to its contract.
 */
export async function openGuardedShop(): Promise<GuardedShop> {
  const asked: string[] = [];
  const closed = createTopic<{ readonly id: string }>();
  const gateway = await createGateway({
    supergraphSdl: composeGuardedShop(),
    subgraphs: {
      store: recorded("store", storeTransport(closed), asked),
      ledger: recorded("ledger", ledgerTransport(), asked),
    },
    verifyToken: viewerOfToken,
    clientPolicies: {
      policyOf: (viewer) => ({
        ...openPolicyOf(viewer),
        isHeldToContract: viewer?.scopes.includes("held") === true,
      }),
      onChange: () => () => undefined,
    },
    logger: createLogger({ name: "gateway", level: "silent" }),
  });
  const app = fastify({ forceCloseConnections: true });
  gateway.registerGraphql(app);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    url: `${url}/graphql`,
    gateway,
    asked,
    closed,
    close: async () => {
      await app.close();
      await gateway.stop();
    },
  };
}

/** @param change of the store's SDL */
export function composeGuardedShop(change: (sdl: string) => string = (sdl) => sdl): string {
  return composeSupergraph([
    { name: "store", url: "http://store.test/graphql", sdl: change(STORE_SDL) },
    { name: "ledger", url: "http://ledger.test/graphql", sdl: LEDGER_SDL },
  ]);
}

const HOUR_MS = 3_600_000;

function viewerOfToken(token: string): Promise<Viewer> {
  const [role = "", scopes = ""] = token.split("/");
  return Promise.resolve({
    id: `user of ${role}`,
    name: null,
    clientId: role,
    role: role as Role,
    scopes: scopes.split("+").filter((scope) => scope !== ""),
    customers: "all",
    expiresAt: new Date(Date.now() + HOUR_MS).toISOString() as Instant,
  });
}

function recorded(name: string, transport: SubgraphTransport, asked: string[]): SubgraphTransport {
  const note = ({ query }: SubgraphRequest) => {
    asked.push(`${name} ${query.replace(/\s+/g, " ")}`);
  };
  return {
    ...transport,
    execute: (request) => {
      note(request);
      return transport.execute(request);
    },
    subscribe: (request) => {
      note(request);
      return transport.subscribe(request);
    },
  };
}

const orderOf = (id: string) => ({
  __typename: "Order",
  id,
  title: `Order ${id}`,
  total: "12.50",
  note: "gift",
  handling: "FRAGILE",
  cost: "3.00",
  secret: { __typename: "Secret", id: `secret-${id}`, code: "0000" },
});

function storeTransport(closed: Topic<{ readonly id: string }>): SubgraphTransport {
  const heard = {
    subscribe: (_root: unknown, _args: unknown, signal: AbortSignal) => closed.follow(signal),
    resolve: ({ id }: { id: string }) => orderOf(id),
  };
  const resolvers = {
    AuditCode: new GraphQLScalarType({ name: "AuditCode" }),
    Query: {
      motd: () => "hello",
      lookup: () => "found",
      order: (_root: unknown, { id }: { id: string }) => (id === "none" ? null : orderOf(id)),
      orders: () => ["1", "2"].map(orderOf),
      things: () => [orderOf("1"), { __typename: "Gadget", id: "g", title: "Gadget g" }],
      found: () => [orderOf("1"), { __typename: "Secret", id: "s", code: "1111" }],
      logins: () => [{ at: "now", from: { host: "db-1" } }],
    },
    Mutation: {
      close: (_root: unknown, { id }: { id: string }) => orderOf(id),
      destroy: (_root: unknown, { id }: { id: string }) => orderOf(id),
      purge: () => 1,
    },
    Subscription: { orderClosed: heard, orderDestroyed: heard },
    Order: { __resolveReference: ({ id }: { id: string }) => orderOf(id) },
  };
  return createLocalTransport({
    schema: buildSubgraphSchema([{ typeDefs: parse(STORE_SDL), resolvers }]),
    createContext: ({ signal }) => signal,
  });
}

function ledgerTransport(): SubgraphTransport {
  const resolvers = {
    Order: {
      __resolveReference: ({ id }: { id: string }) => ({ id, balance: "1.00", isOpen: true }),
    },
  };
  return createLocalTransport({
    schema: buildSubgraphSchema([{ typeDefs: parse(LEDGER_SDL), resolvers }]),
    createContext: ({ signal }) => signal,
  });
}
