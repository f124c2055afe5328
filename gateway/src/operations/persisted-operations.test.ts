import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { openPolicyOf } from "../policy/client-policies.ts";
import type { ClientPolicies, OperationMode } from "../policy/client-policies.ts";
import { openShop, verifyTestToken } from "../testing/shop.ts";
import type { Shop } from "../testing/shop.ts";
import { openEvents } from "../testing/sse-client.ts";
import type { OperationPayload } from "./operation-payload.ts";
import type { ManifestOperation, PersistedOperations } from "./persisted-operations.ts";
import { sha256Of } from "./safelist.ts";

/** A token is the client's id here. */
const MODES: Readonly<Record<string, OperationMode>> = {
  open: "open",
  other: "open",
  logged: "log",
  listed: "safelist",
  partner: "persistedOnly",
  stranger: "persistedOnly",
};

const BODY =
  "query Orders {\n  orders {\n    ...Part\n    __typename\n  }\n}\n\nfragment Part on Order {\n  id\n}";
const SUBSCRIPTION = "subscription Changes {\n  orderChanged {\n    cursor\n  }\n}";
const ORDERS: ManifestOperation = { id: "orders-1", name: "Orders", type: "query", body: BODY };
const CHANGES: ManifestOperation = {
  id: "changes-1",
  name: "Changes",
  type: "subscription",
  body: SUBSCRIPTION,
};
const THEIRS: ManifestOperation = {
  id: "theirs-1",
  name: "Theirs",
  type: "query",
  body: "query Theirs { orders { status } }",
};
const ORDER: ManifestOperation = {
  id: "order-1",
  name: "Order",
  type: "query",
  body: "query Order($id: ID!) { order(id: $id) { id } }",
};

const unknown: { clientId: string; text: string }[] = [];
const promoted = new Map<string, readonly ManifestOperation[]>([
  ["logged", [ORDERS]],
  ["listed", [ORDERS]],
  ["partner", [ORDERS, ORDER, CHANGES]],
  ["stranger", [THEIRS]],
]);
const NONE: readonly ManifestOperation[] = [];

const persistedOperations: PersistedOperations = {
  clients: () => [...promoted.keys()],
  promotedOf: (clientId) => promoted.get(clientId) ?? NONE,
  onChange: () => () => undefined,
  noteUnknown: (clientId, text) => {
    unknown.push({ clientId, text });
  },
};

const clientPolicies: ClientPolicies = {
  policyOf: (viewer) => ({
    ...openPolicyOf(viewer),
    operations: MODES[viewer?.clientId ?? ""] ?? "open",
  }),
  onChange: () => () => undefined,
};

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({
    clientPolicies,
    persistedOperations,
    verifyToken: async (token) => ({ ...(await verifyTestToken("portal")), clientId: token }),
  });
});
afterAll(async () => {
  shop.app.server.closeAllConnections(); // a stream that its reader left may linger in fetch's pool
  await shop.close();
});

type Result = {
  readonly data?: unknown;
  readonly errors?: readonly { message: string; extensions: Record<string, unknown> }[];
};
type Send = (payload: OperationPayload, token: string) => Promise<Result>;

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

function searchFor({ query, variables, extensions }: OperationPayload): string {
  const search = new URLSearchParams();
  if (typeof query === "string") search.set("query", query);
  if (variables !== undefined) search.set("variables", JSON.stringify(variables));
  if (extensions !== undefined) search.set("extensions", JSON.stringify(extensions));
  return search.toString();
}

const WAYS: Readonly<Record<string, Send>> = {
  POST: async (payload, token) => {
    const response = await fetch(shop.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...bearer(token) },
      body: JSON.stringify(payload),
    });
    return (await response.json()) as Result;
  },
  GET: async (payload, token) => {
    const response = await fetch(`${shop.url}?${searchFor(payload)}`, {
      headers: { "apollo-require-preflight": "true", ...bearer(token) },
    });
    return (await response.json()) as Result;
  },
  "POST for events": async (payload, token) => {
    const response = await fetch(shop.url, {
      method: "POST",
      headers: {
        accept: "text/event-stream",
        "content-type": "application/json",
        ...bearer(token),
      },
      body: JSON.stringify(payload),
    });
    return resultOfEvents(await response.text());
  },
  "GET for events": async (payload, token) => {
    const response = await fetch(`${shop.url}?${searchFor(payload)}`, {
      headers: { accept: "text/event-stream", ...bearer(token) },
    });
    return resultOfEvents(await response.text());
  },
  WebSocket: async (payload, token) => {
    const client = createClient({
      url: shop.url.replace("http", "ws"),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: bearer(token),
    });
    try {
      return await new Promise<Result>((resolve, reject) => {
        // The protocol wants a text, be it empty.
        client.subscribe({ query: "", ...payload } as never, {
          next: (result) => {
            resolve(result as Result);
          },
          error: (cause) => {
            if (Array.isArray(cause)) resolve({ errors: cause as never });
            else reject(cause instanceof Error ? cause : new Error(String(cause)));
          },
          complete: () => undefined,
        });
      });
    } finally {
      await client.dispose();
    }
  },
};

function resultOfEvents(text: string): Result {
  return JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? "{}") as Result;
}

const byId = (id: string, variables?: object): OperationPayload => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: id } },
  ...(variables === undefined ? {} : { variables }),
});
const codesOf = ({ errors }: Result) => errors?.map(({ extensions }) => extensions["code"]);

const ALL_ORDERS = ["1", "2", "3"].map((id) => ({ id, __typename: "Order" }));

describe.each(Object.entries(WAYS))("over %s", (_way, send) => {
  test("an operation of the client's manifest runs by its id, with variables", async () => {
    for (const client of ["logged", "listed", "partner"]) {
      expect(await send(byId("orders-1"), client)).toMatchObject({ data: { orders: ALL_ORDERS } });
    }
    const { data } = await send(byId("order-1", { id: "7" }), "partner");
    expect(data).toEqual({ order: { id: "7" } });
  });

  test("an id of another client is unknown, exactly as one that nobody has", async () => {
    const theirs = await send(byId("theirs-1"), "partner");
    expect(codesOf(theirs)).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
    expect(theirs.errors?.[0]?.message).toBe("PersistedQueryNotFound");
    expect(theirs).toEqual(await send(byId("nobodys"), "partner"));
    expect(codesOf(await send(byId("orders-1"), "stranger"))).toEqual([
      "PERSISTED_QUERY_NOT_FOUND",
    ]);
  });

  test("who may send ids only sends no text, not even a text of its manifest, nor one with an id", async () => {
    const contexts = shop.contexts.length;
    const sent: OperationPayload[] = [
      { query: "{ orders { id } }" },
      { query: BODY },
      { ...byId("orders-1"), query: BODY },
      { ...byId("orders-1"), query: "{ orders { id } }" },
      { ...byId(sha256Of("{ orders { id } }")), query: "{ orders { id } }" },
      { query: "{ __schema { types { name } } }" },
      { query: "this is no GraphQL" },
    ];
    for (const payload of sent) {
      expect(codesOf(await send(payload, "partner"))).toEqual(["PERSISTED_QUERY_REQUIRED"]);
    }
    expect(codesOf(await send(byId(sha256Of("{ orders { id } }")), "partner"))).toEqual([
      "PERSISTED_QUERY_NOT_FOUND",
    ]);
    expect(shop.contexts.length).toBe(contexts);
  });

  test("on a safelist a text runs however it is laid out, and no other text does", async () => {
    const reordered =
      "fragment Part on Order { id } # a comment\nquery Orders { orders { ...Part, __typename } }";
    expect((await send({ query: reordered }, "listed")).data).toEqual({ orders: ALL_ORDERS });
    const others = ["{ orders { id } }", `${BODY} query More { orders { status } }`, "{"];
    for (const query of others) {
      expect(codesOf(await send({ query }, "listed"))).toEqual(["PERSISTED_QUERY_REQUIRED"]);
    }
  });

  test("while texts are noted all of them run, and those of the manifest are not noted", async () => {
    unknown.length = 0;
    const other = `query Other { orders { id } }`;
    expect(codesOf(await send({ query: other }, "logged"))).toBeUndefined();
    expect(codesOf(await send({ query: BODY }, "logged"))).toBeUndefined();
    expect(unknown).toEqual([{ clientId: "logged", text: other }]);
  });

  test("a hash is enough once its text was sent with it, for this client alone", async () => {
    const query = `query Mine${_way.replaceAll(" ", "")} { orders { id } }`;
    const id = sha256Of(query);
    expect(codesOf(await send(byId(id), "open"))).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
    expect(codesOf(await send({ ...byId(id), query }, "open"))).toBeUndefined();
    expect(codesOf(await send(byId(id), "open"))).toBeUndefined();
    expect(codesOf(await send(byId(id), "other"))).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
    expect(codesOf(await send({ ...byId("0".repeat(64)), query }, "open"))).toEqual([
      "BAD_USER_INPUT",
    ]);
  });

  test("what is no id of the protocol is refused", async () => {
    for (const persistedQuery of [{ version: 2, sha256Hash: "x" }, { version: 1 }, "x", []]) {
      const codes = codesOf(await send({ extensions: { persistedQuery } }, "partner"));
      expect(codes).toEqual(["BAD_USER_INPUT"]);
    }
  });
});

test("what is not an object of an operation at all is no way around", async () => {
  for (const body of ['"text"', "[]", "null", "{}", `[{"query":"{ orders { id } }"}]`, "1"]) {
    const response = await fetch(shop.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...bearer("partner") },
      body,
    });
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as Result;
    expect(errors).toHaveLength(1);
  }
});

test("of a parameter that is given twice, what was judged is what runs", async () => {
  const search = `query=${encodeURIComponent(BODY)}&query=${encodeURIComponent("{ orders { status } }")}`;
  const response = await fetch(`${shop.url}?${search}`, {
    headers: { "apollo-require-preflight": "true", ...bearer("listed") },
  });
  expect(((await response.json()) as Result).data).toEqual({ orders: ALL_ORDERS });
});

test("an answer to an id by GET is not kept by anybody on the way", async () => {
  const response = await fetch(`${shop.url}?${searchFor(byId("orders-1"))}`, {
    headers: { "apollo-require-preflight": "true", ...bearer("partner") },
  });
  expect(response.status).toBe(200);
  await response.text();
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test("a subscription of a manifest is opened by its id, over a WebSocket and as events", async () => {
  const client = createClient({
    url: shop.url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: bearer("partner"),
  });
  const overSocket = client.iterate({ query: "", ...byId("changes-1") } as never);
  const first = overSocket.next();
  const events = await openEvents(shop.url, {
    method: "POST",
    token: "partner",
    extensions: byId("changes-1").extensions,
  });
  await shop.events.followers(1);
  await shop.until(/crossdock_gateway_subscriptions\{transport="sse"\} 1/);
  await shop.until(/crossdock_gateway_subscriptions\{transport="websocket"\} 1/);
  shop.events.publish({ cursor: "c-9", order: { id: "9", status: "SHIPPED" } });
  const expected = { data: { orderChanged: { cursor: "c-9" } } };
  expect((await first).value).toEqual(expected);
  expect((await events.next())?.data).toEqual(expected);
  events.leave();
  await overSocket.return?.();
  await client.dispose();
  await shop.events.followers(0);
  await shop.until(/crossdock_gateway_subscriptions\{transport="sse"\} 0/);
});

test("it is counted how operations came, and which were not admitted", async () => {
  const metrics = await shop.metrics();
  for (const line of [
    /operations_admitted_total\{by="manifest"\} [1-9]/,
    /operations_admitted_total\{by="automatic"\} [1-9]/,
    /operations_admitted_total\{by="text"\} [1-9]/,
    /operations_not_admitted_total\{code="PERSISTED_QUERY_REQUIRED"\} [1-9]/,
    /operations_not_admitted_total\{code="PERSISTED_QUERY_NOT_FOUND"\} [1-9]/,
  ]) {
    expect(metrics).toMatch(line);
  }
});
