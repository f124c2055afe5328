import { createServer } from "node:http";
import { setImmediate } from "node:timers/promises";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ExecutionResult } from "graphql";
import { SubgraphUnavailableError } from "../errors/gateway-errors.ts";
import { newRequest } from "../request.ts";
import { openShop } from "../testing/shop.ts";
import type { Shop } from "../testing/shop.ts";
import { createHttpTransport } from "./http-transport.ts";
import type { HttpTransport } from "./http-transport.ts";
import type { SubgraphRequest } from "./transport.ts";

let shop: Shop;
let remote: HttpTransport;
beforeAll(async () => {
  shop = await openShop();
  remote = createHttpTransport({ url: new URL(shop.url) });
});
afterAll(async () => {
  await remote.close();
  await shop.close();
});

function call(
  query: string,
  authorization: string | null = null,
  signal = new AbortController().signal,
): SubgraphRequest {
  const request = newRequest({
    correlationId: "cart-7",
    viewer: null,
    authorization,
    signal,
    maxAgeMs: null,
  });
  return { query, variables: {}, request };
}

type Source = AsyncIterableIterator<ExecutionResult>;

test("an operation and the token go to the other process, and data and errors come back", async () => {
  const { data, errors } = await remote.execute(
    call("{ viewer { id } broken refused }", "Bearer portal"),
  );
  expect(data).toEqual({ viewer: { id: "user-1" }, broken: null, refused: null });
  expect(errors?.map(({ path, extensions }) => [path, extensions["code"]])).toEqual([
    [["broken"], "INTERNAL_SERVER_ERROR"],
    [["refused"], "BAD_USER_INPUT"],
  ]);
  expect(errors?.[0]?.extensions["correlationId"]).toBe("cart-7");
});

test("variables go to the other process as they were written before, where they were", async () => {
  const asked = {
    ...call("query Order($id: ID!) { order(id: $id) { id } }"),
    operationName: "Order",
  };
  const variables = { id: "1" };
  const plain = await remote.execute({ ...asked, variables });
  const written = await remote.execute({
    ...asked,
    variables: {},
    writeVariables: () => JSON.stringify(variables),
  });
  expect(plain.data).toEqual({ order: { id: "1" } });
  expect(written.data).toEqual(plain.data);
});

test("a refused token is a result with its code", async () => {
  for (const ask of [remote.execute, remote.subscribe]) {
    const result = (await ask(call("{ orders { id } }", "Bearer wrong"))) as ExecutionResult;
    expect(result.errors?.[0]?.extensions["code"]).toBe("UNAUTHENTICATED");
  }
});

test("a subscription brings events, and leaving it lets go of the source", async () => {
  const events = (await remote.subscribe(
    call("subscription { orderChanged { cursor } }"),
  )) as Source;
  await shop.events.followers(1);
  const first = events.next();
  shop.events.publish({ cursor: "c-1", order: { id: "1", status: "OPEN" } });
  expect((await first).value).toEqual({ data: { orderChanged: { cursor: "c-1" } } });
  const parked = events.next();
  await events.return?.();
  expect((await parked).done).toBe(true);
  await shop.events.followers(0);
});

test("aborting the request ends its subscription in the other process", async () => {
  const leaving = new AbortController();
  await remote.subscribe(call("subscription { orderChanged { cursor } }", null, leaving.signal));
  await shop.events.followers(1);
  leaving.abort();
  await shop.events.followers(0);
});

test("aborting the request ends its operation in the other process, also one that waits for a connection", async () => {
  const narrow = createHttpTransport({ url: new URL(shop.url), maxConnections: 1 });
  const [leaving, waiting] = [new AbortController(), new AbortController()];
  const before = shop.contexts.length;
  const both = [leaving, waiting].map(({ signal }) =>
    narrow.execute(call("{ slow }", null, signal)).catch((error: unknown) => error),
  );
  while (shop.contexts.length === before) await setImmediate();
  waiting.abort();
  expect(await both[1]).toBeInstanceOf(SubgraphUnavailableError);
  const request = shop.contexts.at(-1)?.request;
  expect(request?.signal.aborted).toBe(false);
  leaving.abort();
  expect(await both[0]).toBeInstanceOf(SubgraphUnavailableError);
  while (request?.signal.aborted === false) await setImmediate();
  expect(shop.contexts.length).toBe(before + 1);
  const { data } = await narrow.execute(call("{ orders { id } }"));
  expect(data).toMatchObject({ orders: [{ id: "1" }, { id: "2" }, { id: "3" }] });
  await narrow.close();
});

describe("when the other process does not behave", () => {
  let server: Server;
  let url: URL;
  let behave: (response: ServerResponse) => void;
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().once("end", () => behave(response));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function failureOf(use: (transport: HttpTransport) => Promise<unknown>): Promise<unknown> {
    const transport = createHttpTransport({ url, idleTimeoutMs: 50, maxResponseBytes: 1_000 });
    try {
      return await use(transport).catch((error: unknown) => error);
    } finally {
      await transport.close();
    }
  }

  test.each<[string, (response: ServerResponse) => void]>([
    ["cuts the connection", (response) => response.destroy()],
    ["answers no JSON", (response) => response.end("<html>")],
    ["answers other JSON", (response) => response.end('{"status":"ok"}')],
    ["answers too much", (response) => response.end(JSON.stringify({ data: "x".repeat(2_000) }))],
    ["answers nothing", () => undefined],
  ])("no whole answer is an error with a code: it %s", async (_name, misbehave) => {
    behave = misbehave;
    const error = await failureOf((transport) => transport.execute(call("{ a }")));
    expect(error).toBeInstanceOf(SubgraphUnavailableError);
    expect((error as SubgraphUnavailableError).code).toBe("SOURCE_UNAVAILABLE");
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ["breaks off", (response) => response.end()],
    ["goes silent", () => undefined],
    ["sends an event without end", (response) => response.write(`data: ${"x".repeat(2_000)}`)],
  ])("a stream that ends without completing is an error: it %s", async (_name, misbehave) => {
    behave = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(': hello\n\nevent: next\r\ndata: {"data":{"a":1}}\r\n\r\n');
      misbehave(response);
    };
    const error = await failureOf(async (transport) => {
      const events = (await transport.subscribe(call("subscription { a }"))) as Source;
      expect((await events.next()).value).toEqual({ data: { a: 1 } });
      return events.next();
    });
    expect(error).toBeInstanceOf(SubgraphUnavailableError);
  });
});
