import { WebSocket } from "ws";
import { openShop } from "./testing/shop.ts";
import type { Shop } from "./testing/shop.ts";

const PORTAL = "https://portal.example.com";
const STRANGER = "https://elsewhere.example.net";
const CHANGES = "subscription { orderChanged { cursor } }";
const RENAME = 'mutation { rename(id: 1, status: "X") { id } }';

let open: Shop;
let closed: Shop;
beforeAll(async () => {
  open = await openShop({ allowedOrigins: [PORTAL] });
  closed = await openShop();
});
afterAll(() => Promise.all([open.close(), closed.close()]));

const preflight = (url: string, origin: string) =>
  fetch(url, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,authorization",
    },
  });

const asPage = (url: string, origin: string, accept = "application/json") =>
  fetch(url, {
    method: "POST",
    headers: { origin, accept, "content-type": "application/json" },
    body: JSON.stringify({ query: "{ orders { id } }" }),
  });

const byUrl = (query: string, headers: Readonly<Record<string, string>>) =>
  fetch(`${closed.url}?query=${encodeURIComponent(query)}`, {
    headers: { accept: "text/event-stream", ...headers },
  });

/** @returns the status of an upgrade that is refused, 101 when it is not */
const upgradeFrom = (shop: Shop, origin: string | undefined) =>
  new Promise<number>((resolve, reject) => {
    const socket = new WebSocket(shop.url.replace("http", "ws"), "graphql-transport-ws", {
      ...(origin === undefined ? {} : { origin }),
    });
    socket.once("open", () => {
      socket.close();
      resolve(101);
    });
    socket.once("unexpected-response", (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.once("error", reject);
  });

test("a page of an origin that is allowed may ask, without credentials of the browser", async () => {
  const answer = await preflight(open.url, PORTAL);
  expect(answer.status).toBe(204);
  expect(answer.headers.get("access-control-allow-origin")).toBe(PORTAL);
  expect(answer.headers.get("access-control-allow-headers")).toContain("authorization");
  expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  for (const accept of ["application/json", "text/event-stream"]) {
    const asked = await asPage(open.url, PORTAL, accept);
    expect(asked.headers.get("access-control-allow-origin")).toBe(PORTAL);
    expect(asked.headers.get("access-control-expose-headers")).toContain("retry-after");
    expect(asked.headers.get("x-content-type-options")).toBe("nosniff");
    await asked.text();
  }
});

test("a page of another origin is not, nor is any where nothing is said of origins", async () => {
  for (const [shop, origin] of [
    [open, STRANGER],
    [closed, PORTAL],
  ] as const) {
    const answers = [await preflight(shop.url, origin), await asPage(shop.url, origin)];
    for (const { headers } of answers) {
      expect(headers.get("access-control-allow-origin")).not.toBe(origin);
      expect(headers.get("access-control-allow-origin")).not.toBe("*");
    }
  }
});

test("a socket is opened for pages that are allowed, for our own and for programs", async () => {
  expect(await upgradeFrom(open, PORTAL)).toBe(101);
  expect(await upgradeFrom(open, new URL(open.url).origin)).toBe(101);
  expect(await upgradeFrom(open, undefined)).toBe(101);
  expect(await upgradeFrom(open, STRANGER)).toBe(403);
  expect(await upgradeFrom(open, "null")).toBe(403);
});

test("an event stream is opened by URL only for who a foreign page cannot be", async () => {
  const plain = await byUrl(CHANGES, {});
  expect(plain.status).toBe(400);
  expect(await plain.json()).toMatchObject({
    errors: [{ extensions: { code: "BAD_USER_INPUT" } }],
  });
  for (const headers of [{ "apollo-require-preflight": "1" }, { authorization: "Bearer portal" }]) {
    const stream = await byUrl("{ orders { id } }", headers);
    expect(stream.status).toBe(200);
    expect(await stream.text()).toContain('"id":"1"');
  }
});

test("a mutation is in no URL, whatever comes as its answer", async () => {
  const answer = await byUrl(RENAME, { authorization: "Bearer portal" });
  expect(await answer.text()).toMatch(/"errors":\[\{"message":"A mutation is sent by POST."/);
});
