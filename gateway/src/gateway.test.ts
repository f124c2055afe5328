import { composeShop, openShop } from "./testing/shop.ts";
import type { Shop } from "./testing/shop.ts";
import { composeSupergraph } from "./composition/compose.ts";
import { createGateway } from "./gateway.ts";
import { createLogger } from "@crossdock/runtime";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({
    limits: { maxDepth: 6, maxAliases: 3, maxBodyBytes: 10_000 },
  });
});
afterAll(() => shop.close());

type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly extensions?: Record<string, unknown>;
    readonly errors?: readonly {
      message: string;
      path?: unknown[];
      extensions: Record<string, unknown>;
    }[];
  };
};

async function post(
  query: string,
  options: { variables?: object; headers?: Record<string, string>; url?: string } = {},
): Promise<Answer> {
  return send(
    {
      method: "POST",
      headers: { "content-type": "application/json", ...options.headers },
      body: JSON.stringify({ query, variables: options.variables }),
    },
    options.url ?? shop.url,
  );
}

async function send(init: RequestInit, url = shop.url): Promise<Answer> {
  const response = await fetch(url, init);
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer["body"],
  };
}

const codesOf = ({ body }: Answer) => body.errors?.map(({ extensions }) => extensions["code"]);

test("one query is answered by two subgraphs", async () => {
  const { status, body } = await post('{ order(id: "7") { status shipments { trackingNumber } } }');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    data: { order: { status: "OPEN", shipments: [{ trackingNumber: "1Z-S-7" }] } },
  });
});

test("all fetches of one request to one subgraph share one context, and the next request has its own", async () => {
  const before = shop.contexts.length;
  const query =
    "{ a: order(id: 1) { shipments { id } } b: order(id: 2) { next { shipments { id } } } }";
  await post(query);
  const made = shop.contexts.slice(before);
  expect(made).toHaveLength(2); // one for each subgraph
  expect(new Set(made.map(({ request }) => request)).size).toBe(1);
  expect(made[1]?.loaded.sort()).toEqual(["1", "3"]);
  await post(query);
  expect(shop.contexts.length).toBe(before + 4);
});

test("the viewer of the token reaches the resolvers", async () => {
  const { body } = await post("{ viewer { id name } }", {
    headers: { authorization: "Bearer portal" },
  });
  expect(body.data).toEqual({ viewer: { id: "user-1", name: "Pat" } });
});

test("a bad token is refused with 401 before anything runs", async () => {
  const before = shop.contexts.length;
  for (const authorization of ["Bearer wrong", "Basic dXNlcg==", "portal"]) {
    const answer = await post("{ orders { id } }", { headers: { authorization } });
    expect(answer.status).toBe(401);
    expect(codesOf(answer)).toEqual(["UNAUTHENTICATED"]);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
  }
  expect(shop.contexts.length).toBe(before);
});

test("an unexpected error is masked, and the log has it under the correlation id", async () => {
  const answer = await post("{ broken order(id: 1) { id } }", {
    headers: { "x-correlation-id": "cart-42" },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-correlation-id")).toBe("cart-42");
  expect(answer.body).toMatchObject({
    data: { broken: null, order: { id: "1" } },
    errors: [
      {
        message: "Something went wrong on our side.",
        path: ["broken"],
        extensions: { code: "INTERNAL_SERVER_ERROR", correlationId: "cart-42" },
      },
    ],
  });
  const line = shop.logLines.find((entry) => entry.includes("cart-42"));
  expect(line).toContain("password=[redacted] at erp.internal:1433");
});

test("an error that was raised on purpose keeps its code and message, and nothing else", async () => {
  const { body } = await post("{ refused }");
  expect(body.errors).toEqual([
    {
      message: "quantity -1 is not valid.",
      path: ["refused"],
      extensions: { code: "BAD_USER_INPUT" },
    },
  ]);
});

test("when to come again is told in the error, and to who reads HTTP headers only", async () => {
  const { body, headers } = await post("{ busy }");
  expect(body.errors).toEqual([
    {
      message: "The shop is full.",
      path: ["busy"],
      extensions: { code: "RATE_LIMITED", retryAfterSeconds: 7 },
    },
  ]);
  expect(headers.get("retry-after")).toBe("7");
  expect((await post("{ refused }")).headers.get("retry-after")).toBeNull();
});

test("a failing subgraph takes only its own fields with it", async () => {
  const { body } = await post('{ order(id: "shipments-down") { id shipments { id } } }');
  expect(body.data).toEqual({ order: { id: "shipments-down", shipments: null } });
  expect(body.errors?.[0]).toMatchObject({
    message: "Something went wrong on our side.",
    path: ["order", "shipments"],
  });
});

test("a correlation id that is not safe to repeat is replaced", async () => {
  const answer = await post("{ orders { id } }", {
    headers: { "x-correlation-id": "a b<script>" },
  });
  expect(answer.headers.get("x-correlation-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("an operation that is too deep is refused, also through fragments", async () => {
  const deep = await post("{ order(id: 1) { next { next { next { next { next { id } } } } } } }");
  expect(deep.status).toBe(400);
  expect(codesOf(deep)).toEqual(["DEPTH_LIMIT"]);
  const folded = await post(`
    fragment A on Order { next { ...B } }
    fragment B on Order { next { next { next { next { id } } } } }
    { order(id: 1) { ...A } }`);
  expect(codesOf(folded)).toEqual(["DEPTH_LIMIT"]);
});

test("too many aliases are refused", async () => {
  const answer = await post(
    "{ a: orders { id } b: orders { id } c: orders { id } d: orders { id } }",
  );
  expect(answer.status).toBe(400);
  expect(codesOf(answer)).toEqual(["BAD_USER_INPUT"]);
});

test("the schema may be read, although that is deeper than an operation may be", async () => {
  const { getIntrospectionQuery } = await import("graphql");
  const { body } = await post(getIntrospectionQuery());
  expect(body.errors).toBeUndefined();
  expect(body.data).toHaveProperty("__schema.subscriptionType.name", "Subscription");
});

test("bodies that are no operation are answered with a GraphQL error", async () => {
  const headers = { "content-type": "application/json" };
  const cases: [RequestInit, number][] = [
    [{ headers, body: "{not json" }, 400],
    [{ headers, body: "" }, 400],
    [{ headers, body: "{}" }, 400],
    [{ headers, body: JSON.stringify([{ query: "{ orders { id } }" }]) }, 400],
    [{ headers, body: JSON.stringify({ query: 42 }) }, 400],
    [{ headers, body: JSON.stringify({ query: "{ orders { id } }", variables: [] }) }, 400],
    [{ headers, body: JSON.stringify({ query: "x".repeat(20_000) }) }, 413],
    [{ headers: { "content-type": "application/xml" }, body: "<a/>" }, 415],
  ];
  for (const [init, status] of cases) {
    const answer = await send({ method: "POST", ...init });
    expect([init.body, answer.status]).toEqual([init.body, status]);
    expect(codesOf(answer)).toEqual(["BAD_USER_INPUT"]);
    expect(answer.headers.get("x-correlation-id")).not.toBeNull();
  }
});

test("the codes of GraphQL itself stay", async () => {
  expect(codesOf(await post("{ orders {"))).toEqual(["GRAPHQL_PARSE_FAILED"]);
  expect(codesOf(await post("{ nothing }"))).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  expect(codesOf(await post("query A { orders { id } } query B { orders { id } }"))).toEqual([
    "BAD_USER_INPUT",
  ]);
  expect(codesOf(await post("query($id: ID!) { order(id: $id) { id } }"))).toEqual([
    "BAD_USER_INPUT",
  ]);
});

test("a value that a subgraph's scalar refuses is the caller's fault, inline or as a variable", async () => {
  const inline = await post('{ price(quantity: "ten") }');
  expect(codesOf(inline)).toEqual(["BAD_USER_INPUT"]);
  const variables = { quantity: "ten" };
  const variable = await post("query($quantity: Decimal!) { price(quantity: $quantity) }", {
    variables,
  });
  expect(codesOf(variable)).toEqual(["BAD_USER_INPUT"]);
  expect(variable.body.errors?.[0]?.message).toMatch(/ten/);
});

test("GET answers queries, and only to a client that a foreign page cannot be", async () => {
  const search = `?query=${encodeURIComponent("{ orders { id } }")}`;
  const plain = await send({}, shop.url + search);
  expect([plain.status, codesOf(plain)]).toEqual([400, ["BAD_USER_INPUT"]]);
  const marked = await send({ headers: { "apollo-require-preflight": "1" } }, shop.url + search);
  expect(marked.body.data).toHaveProperty("orders");
  const mutation = `?query=${encodeURIComponent('mutation { rename(id: 1, status: "X") { id } }')}`;
  const refused = await send({ headers: { "apollo-require-preflight": "1" } }, shop.url + mutation);
  expect(refused.status).toBe(405);
});

test("a form of a foreign page is refused", async () => {
  const body = JSON.stringify({ query: 'mutation { rename(id: 1, status: "X") { id } }' });
  const answer = await send({ method: "POST", headers: { "content-type": "text/plain" }, body });
  expect(answer.status).toBe(400);
});

test("what was asked for before is named in the answer's extensions, of that request only", async () => {
  const repeats = 'a: rename(id: 1, status: "OPEN") { id } b: rename(id: 2, status: "OPEN") { id }';
  const again = await post(`mutation { ${repeats} c: rename(id: 3, status: "X") { id } }`);
  expect(again.body.extensions?.["replayed"]).toEqual(["1", "2"]);
  const first = await post('mutation { rename(id: 3, status: "X") { id } }');
  expect(first.body.extensions).not.toHaveProperty("replayed");
});

test("what is late is null with an error, and the rest is answered", async () => {
  const hurried = await openShop({ limits: { requestTimeoutMs: 200 } });
  const { body } = await post("{ slow }", { url: hurried.url });
  await hurried.close();
  expect(body.data).toEqual({ slow: null });
  expect(body.errors?.[0]?.extensions["code"]).toBe("SOURCE_UNAVAILABLE");
});

test("a subscription by plain POST is told where it is served", async () => {
  const answer = await post("subscription { orderChanged { cursor } }");
  expect(answer.status).toBe(400);
  expect(answer.body.errors?.[0]?.message).toMatch(/graphql-transport-ws/);
});

test("a browser gets a page that loads nothing from elsewhere", async () => {
  const response = await fetch(shop.url, {
    headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
  });
  expect(response.headers.get("content-type")).toMatch(/^text\/html/);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await response.text()).not.toMatch(/https?:\/\//);
});

test("operations are counted by kind and outcome", async () => {
  await post("{ orders { id } }");
  await post("{ nothing }");
  const text = await shop.metrics();
  expect(text).toMatch(/crossdock_gateway_operations_total\{kind="query",outcome="ok"\} \d/);
  expect(text).toMatch(/crossdock_gateway_operations_total\{kind="unknown",outcome="refused"\} \d/);
});

test("a supergraph with @policy, or without a transport to each of its subgraphs, is refused", async () => {
  const options = {
    supergraphSdl: composeShop(),
    subgraphs: {},
    verifyToken: () => Promise.reject(new Error("not asked")),
    logger: createLogger({ name: "gateway", level: "silent" }),
  };
  await expect(createGateway(options)).rejects.toThrow(/without a transport: orders, shipments/);
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@policy"])
    type Query { margin: String @policy(policies: [["sales"]]) }`;
  expect(() => composeSupergraph([{ name: "sales", url: "http://sales.test/", sdl }])).toThrow(
    /@policy/,
  );
  const supergraphSdl = options.supergraphSdl.replaceAll(
    "https://specs.apollo.dev/authenticated/v0.1",
    "https://specs.apollo.dev/policy/v0.1",
  );
  await expect(createGateway({ ...options, supergraphSdl })).rejects.toThrow(/@policy/);
});
