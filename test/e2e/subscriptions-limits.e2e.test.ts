import { randomUUID } from "node:crypto";
import { openLocalIssuer } from "@crossdock/app";
import { parseCustomerNumber } from "@crossdock/domain";
import { print } from "graphql";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { createEventSourceClient } from "../clients/graphql-sse.ts";
import { createLiveClient } from "../clients/graphql-ws.ts";
import type { Result, SubscribingClient } from "../clients/resuming.ts";
import {
  FirstEventDocument,
  ReserveInventoryDocument,
  StockMovesDocument,
  type StockMovesSubscription,
} from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import { NO_SWEEPS_SECONDS, STANDING_STILL, writeConfig } from "../src/config-file.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { readMetric } from "../src/metrics.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CUSTOMER = "C10010";
const PACE = { speed: STANDING_STILL, sweepSeconds: NO_SWEEPS_SECONDS };
const STEP_MS = 30_000;
const LOOK_AGAIN_MS = 20;
/** From a subscriber's leaving to the end of all that was held for it. */
const RELEASE_MS = 300;
const LIVE = "crossdock_gateway_subscriptions";
const UPSTREAMS = "crossdock_gateway_upstreams";
const QUERY = print(StockMovesDocument);

const MAX_PER_SOCKET = 50;
const AT_ONCE = 10;
/** Twice as many events, fat ones of 180 kB: the network's buffers hold some tens of megabytes. */
const MAX_RESERVATIONS = 400;
/** Names of this length make events that fill the buffers of the network soon. */
const FAT_NAMES = Array.from({ length: 45 }, (_, at) => `${"x".repeat(4_000)}${String(at)}`);
const FAT_QUERY = QUERY.replace(
  "cursor",
  `cursor ${FAT_NAMES.map((name) => `${name}: type`).join(" ")}`,
);
const SHORT_TOKEN_SECONDS = 3;
/** Over more than two lives of a token. */
const RENEWED_RESERVATIONS = 5;
const BETWEEN_MS = 1_300;
const KEEP_FEW = { keepDays: 0.000_001, keepAtLeast: 20 };
const IGNORED = { next: () => undefined, error: () => undefined, complete: () => undefined };

type Change = StockMovesSubscription["inventoryChanged"];
type Fat = { readonly inventoryChanged: { readonly cursor: string } };
type CursorExpired = {
  readonly message: string;
  readonly extensions: { readonly code: string; readonly oldestCursor?: string };
};

jest.setTimeout(180_000);

let stack: Stack;
let portal: string;
let start: string;
beforeAll(async () => {
  stack = await startStack(PACE);
  portal = await stack.token("portal", CUSTOMER);
  const operator = await stack.token("operator");
  await untilHistoryIsRead(stack);
  await reserve("NG-10001");
  const { events } = await stack.ask(FirstEventDocument, {}, operator);
  start = events[0]?.cursor ?? "";
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Sets stock aside for a second: two events, one now and one when its time is up. */
async function reserve(sku: string): Promise<void> {
  const input = { idempotencyKey: randomUUID(), sku, quantity: "1", ttlSeconds: 1 };
  const { reserveInventory } = await stack.ask(ReserveInventoryDocument, { input }, portal);
  expect(reserveInventory.userErrors).toEqual([]);
}

/** @throws when it does not hold within `withinMs` */
async function until(holds: () => boolean | Promise<boolean>, withinMs = STEP_MS): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It does not hold after ${String(withinMs)} ms.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** What the log tells of a product, up to the end of the last of so many reservations. */
async function toldOf(sku: string, reservations: number): Promise<Change[]> {
  let ended = 0;
  const events = await collectUntil(
    stack.subscribe(StockMovesDocument, { skus: [sku], after: start }, portal),
    ({ inventoryChanged: { type } }) => type === "RELEASED" && (ended += 1) === reservations,
    STEP_MS,
  );
  return events.map(({ inventoryChanged }) => inventoryChanged);
}

const cursorsOf = (changes: readonly Change[]) => changes.map(({ cursor }) => cursor);
const liveSubscriptions = () => readMetric(stack.url, LIVE);

function openEvents(
  token: string,
  signal: AbortSignal | null = null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${stack.url}/graphql`, {
    method: "POST",
    signal,
    headers: {
      accept: "text/event-stream",
      "content-type": "application/json",
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify({ query: QUERY, variables: { skus: ["NG-10001"] } }),
  });
}

/** As the library is without our help: it does not come back. */
function plainClient(token: string) {
  const client = createClient({
    url: `${stack.url.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const closed = new Promise<number>((resolve) => {
    client.on("closed", (event) => {
      resolve((event as { readonly code: number }).code);
    });
  });
  return { client, closed };
}

test("a bad token is turned away: 4403 over a WebSocket, 401 for an event stream", async () => {
  const { client, closed } = plainClient("not-a-token");
  await expect(client.iterate({ query: QUERY }).next()).rejects.toMatchObject({ code: 4403 });
  expect(await closed).toBe(4403);
  const answer = await openEvents("not-a-token");
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({
    errors: [{ extensions: { code: "UNAUTHENTICATED" } }],
  });
});

test("a socket that asks for more than it may hold is told so, and the others go on", async () => {
  const { client } = plainClient(portal);
  const codes: unknown[] = [];
  const leaves = Array.from({ length: MAX_PER_SOCKET + 1 }, () =>
    client.subscribe(
      { query: QUERY },
      {
        next: () => undefined,
        error: (errors) => {
          const [error] = errors as readonly { readonly extensions?: { readonly code?: string } }[];
          codes.push(error?.extensions?.code);
        },
        complete: () => undefined,
      },
    ),
  );
  await until(() => codes.length > 0);
  await until(async () => (await liveSubscriptions()) === MAX_PER_SOCKET);
  expect(codes).toEqual(["RATE_LIMITED"]);
  for (const leave of leaves) leave();
  await until(async () => (await liveSubscriptions()) === 0, RELEASE_MS);
});

test("whoever leaves, in whatever way, has everything given back within 300 ms", async () => {
  const isLive = () => until(async () => (await liveSubscriptions()) === 1);
  const held = async () => (await liveSubscriptions()) + (await readMetric(stack.url, UPSTREAMS));
  const isGone = () => until(async () => (await held()) === 0, RELEASE_MS);

  const polite = plainClient(portal).client;
  const leave = polite.subscribe({ query: QUERY }, IGNORED);
  await isLive();
  leave();
  await isGone();

  const rude = plainClient(portal).client;
  rude.subscribe({ query: QUERY }, IGNORED);
  await isLive();
  rude.terminate();
  await isGone();

  const leaving = new AbortController();
  await openEvents(portal, leaving.signal);
  await isLive();
  leaving.abort();
  await isGone();
});

test("a client that stops reading is ended with SLOW_CONSUMER, and hears the rest when it comes back", async () => {
  const sku = "NG-10002";
  const socket = new WebSocket(
    `${stack.url.replace(/^http/, "ws")}/graphql`,
    "graphql-transport-ws",
  );
  const messages: { readonly type: string; readonly payload?: Result }[] = [];
  socket.on("message", (data: Buffer) => messages.push(JSON.parse(data.toString()) as never));
  await new Promise((resolve) => socket.once("open", resolve));
  const send = (message: object) => {
    socket.send(JSON.stringify(message));
  };
  send({ type: "connection_init", payload: { authorization: `Bearer ${portal}` } });
  await until(() => messages.length === 1);
  const variables = { skus: [sku], after: start };
  send({ id: "1", type: "subscribe", payload: { query: FAT_QUERY, variables } });
  await until(async () => (await liveSubscriptions()) === 1);
  socket.pause();

  let made = 0;
  while ((await liveSubscriptions()) === 1 && made < MAX_RESERVATIONS) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => reserve(sku)));
    made += AT_ONCE;
  }
  // Whoever reads history is waited for, but not for long.
  await until(async () => (await liveSubscriptions()) === 0);
  socket.resume();
  await until(() => messages.at(-1)?.type === "complete");
  socket.close();

  const results = messages.filter(({ type }) => type === "next").map(({ payload }) => payload);
  const last = results.at(-1)?.errors as readonly { readonly extensions: { cursor?: string } }[];
  expect(last).toMatchObject([{ extensions: { code: "SLOW_CONSUMER" } }]);
  const before = results
    .slice(0, -1)
    .map((result) => (result?.data as Fat).inventoryChanged.cursor);
  const told = cursorsOf(await toldOf(sku, made));
  expect(before.length).toBeLessThan(told.length);

  const after = last[0]?.extensions.cursor ?? "";
  const rest = await collectUntil(
    stack.subscribe(StockMovesDocument, { skus: [sku], after }, portal),
    ({ inventoryChanged }) => inventoryChanged.cursor === told.at(-1),
    STEP_MS,
  );
  const heard = [...before, ...rest.map(({ inventoryChanged }) => inventoryChanged.cursor)];
  expect(heard).toEqual(told);
});

test("a token that expires ends the stream and says so; clients that bring a new one miss nothing", async () => {
  const sku = "NG-10003";
  const token = () => shortToken();
  const { client } = plainClient(await shortToken());
  const results: Result[] = [];
  for await (const result of client.iterate({ query: QUERY })) results.push(result);
  expect(results.at(-1)?.errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);

  const heard = [createLiveClient(stack.url, token), createEventSourceClient(stack.url, token)].map(
    (renewing) => follow(renewing, sku),
  );
  for (let made = 0; made < RENEWED_RESERVATIONS; made += 1) {
    await reserve(sku);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  const told = cursorsOf(await toldOf(sku, RENEWED_RESERVATIONS));
  await until(() => heard.every(({ changes }) => changes.length >= told.length));
  for (const { leave } of heard) leave();
  expect(heard.map(({ changes }) => cursorsOf(changes))).toEqual([told, told]);
});

function follow(client: SubscribingClient, sku: string) {
  const changes: Change[] = [];
  const leave = client.subscribe(
    { query: QUERY, variables: { skus: [sku], after: start } },
    {
      ...IGNORED,
      next: ({ data }) => changes.push((data as StockMovesSubscription).inventoryChanged),
    },
  );
  return { changes, leave };
}

async function shortToken(): Promise<string> {
  const issuer = await openLocalIssuer(stack.settings["CROSSDOCK_DATA"] ?? "");
  return issuer.mintToken({
    role: "portal",
    customers: [parseCustomerNumber(CUSTOMER)],
    ttlSeconds: SHORT_TOKEN_SECONDS,
  });
}

test("an event stream goes on from the id that the client had last", async () => {
  const [first, second] = await toldOf("NG-10001", 1);
  const leaving = new AbortController();
  const answer = await openEvents(portal, leaving.signal, { "last-event-id": first?.cursor ?? "" });
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array);
    if (text.includes("\n\n") && text.includes("id: ")) break;
  }
  leaving.abort();
  expect(/^id: (.*)$/m.exec(text)?.[1]).toBe(second?.cursor);
});

// The last one: the log of this stack forgets.
test("a cursor from before what the log keeps is CURSOR_EXPIRED, with what to do", async () => {
  await stack.stop();
  await writeConfig(stack.settings["CROSSDOCK_DATA"] ?? "", { ...PACE, events: KEEP_FEW });
  await stack.start();
  const code = async (after: string) => {
    const events = stack.subscribe(StockMovesDocument, { after }, portal);
    const { value } = (await events.next()) as { value: { errors: readonly CursorExpired[] } };
    void events.return?.();
    return value.errors[0];
  };
  await until(async () => (await code(start))?.extensions.code === "CURSOR_EXPIRED");
  const refusal = await code(start);
  expect(refusal?.message).toContain("fromSnapshot: true");
  const oldest = refusal?.extensions.oldestCursor ?? "";
  const kept = await collectUntil(
    stack.subscribe(StockMovesDocument, { after: oldest }, portal),
    () => true,
    STEP_MS,
  );
  expect(kept).toHaveLength(1);
});
