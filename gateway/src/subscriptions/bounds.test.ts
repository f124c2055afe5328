import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { setTimeout as sleep } from "node:timers/promises";
import { createLogger, createMetrics } from "@crossdock/runtime";
import { loadSnapshot } from "../execution/snapshot.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { GatewayLimits } from "../limits.ts";
import { createGatewayMetrics } from "../metrics.ts";
import { composeShop, subgraphsOf, verifyTestToken } from "../testing/shop.ts";
import type { OrderEvent } from "../testing/shop.ts";
import { createTopic } from "../testing/topic.ts";
import { completeEvent } from "./complete-event.ts";
import { createEventStreams } from "./event-streams.ts";
import { createPrepare } from "./prepare.ts";
import type { PreparedSubscription } from "./prepare.ts";
import type { StreamMessage } from "./stream-message.ts";

const QUERY = "subscription { orderChanged { cursor order { id } } }";

/** The streams of a gateway, without sockets. */
async function openStreams(changed: Partial<GatewayLimits> = {}) {
  const limits = { ...DEFAULT_LIMITS, ...changed };
  const logger = createLogger({ name: "gateway", level: "silent" });
  const events = createTopic<OrderEvent>();
  const registry = createMetrics();
  const snapshot = await loadSnapshot({
    supergraphSdl: composeShop(),
    subgraphs: subgraphsOf(events, []),
    logger,
  });
  const prepare = createPrepare(limits, () => "portal");
  const streams = createEventStreams({
    completeEvent,
    limits,
    metrics: createGatewayMetrics(registry),
    logger,
  });
  const viewer = await verifyTestToken("portal");

  /** @param reads whether the client takes what is written */
  async function subscribe(options: { reads: boolean | "slowly"; query?: string }) {
    const { reads, query = QUERY } = options;
    const results: { readonly json: string; readonly cursor: string | null }[] = [];
    let isOver = false;
    const stream = streams.open(
      (await prepare(snapshot, { query }, null)) as PreparedSubscription,
      { viewer, authorization: null },
      {
        transport: "websocket",
        lastEventId: null,
        sink: {
          write: (message: StreamMessage) => {
            results.push(message);
            if (reads === "slowly") return sleep(1);
            return reads ? undefined : new Promise(() => undefined);
          },
          end: () => (isOver = true),
          breakOff: () => (isOver = true),
        },
      },
    );
    return { results, stream, isOver: () => isOver };
  }

  return { events, streams, subscribe, metrics: () => registry.metrics() };
}

const change = (id: number, padding = ""): OrderEvent => ({
  cursor: `c-${String(id)}`,
  order: { id: `${String(id)}${padding}`, status: "OPEN" },
});

const PATIENCE_MS = 10_000;

async function until(isTrue: () => boolean): Promise<void> {
  const endsAt = Date.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (Date.now() > endsAt) throw new Error("It did not come to this.");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

type Ended = {
  readonly errors: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
};

const extensionsOf = (message: { readonly json: string } | undefined) =>
  (JSON.parse(message?.json ?? "{}") as Ended).errors[0]?.extensions;

/** Collects garbage; V8 is only asked here, so that no flag is needed to run the tests. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

test("a thousand readers that stop are told where to resume, and leave nothing behind", async () => {
  const { events, subscribe, streams, metrics } = await openStreams({
    maxQueuedEvents: 64,
    maxSubscriptionsPerClient: 1_001,
  });
  const padding = "x".repeat(10_000);
  const reading = await subscribe({ reads: true });
  const stopped = await Promise.all(
    Array.from({ length: 1_000 }, () => subscribe({ reads: false })),
  );
  await events.followers(1);
  const publish = async (id: number) => {
    events.publish(change(id, padding));
    await until(() => reading.results.length >= id);
  };
  for (let id = 1; id <= 60; id += 1) await publish(id);
  const waitingBytes = heapBytes();
  for (let id = 61; id <= 200; id += 1) await publish(id);
  expect(heapBytes() - waitingBytes).toBeLessThan(16 * 1024 * 1024);
  for (const { results, isOver } of stopped) {
    expect(isOver()).toBe(true);
    expect(results.map(({ cursor }) => cursor)).toEqual(["c-1", null]);
    expect(extensionsOf(results[1])).toEqual({ code: "SLOW_CONSUMER", cursor: "c-1" });
  }
  expect(reading.results.map(({ cursor }) => cursor)).toEqual(
    Array.from({ length: 200 }, (_each, index) => `c-${String(index + 1)}`),
  );
  expect(await metrics()).toMatch(/subscriptions_ended_total\{.*reason="slow"\} 1000/);
  streams.close();
});

test("few events that are large make a slow consumer, too", async () => {
  const { events, subscribe, streams } = await openStreams({ maxQueuedBytes: 50_000 });
  const stopped = await subscribe({ reads: false });
  await events.followers(1);
  for (let id = 1; id <= 8; id += 1) events.publish(change(id, "x".repeat(10_000)));
  await until(stopped.isOver);
  expect(extensionsOf(stopped.results[1])).toMatchObject({ code: "SLOW_CONSUMER" });
  streams.close();
});

test("a connection that takes nothing for too long is one, however little waits", async () => {
  const { events, subscribe, streams } = await openStreams({ maxDrainMs: 20 });
  const stopped = await subscribe({ reads: false });
  await events.followers(1);
  events.publish(change(1));
  await until(stopped.isOver);
  expect(extensionsOf(stopped.results[1])).toEqual({ code: "SLOW_CONSUMER", cursor: "c-1" });
  streams.close();
});

test("a history is read at the pace of the one who reads it, also when it comes late", async () => {
  const { events, subscribe, streams } = await openStreams({ maxQueuedEvents: 8 });
  for (let id = 1; id <= 150; id += 1) events.publish(change(id));
  const query = 'subscription { orderChanged(after: "c-1") { cursor order { id } } }';
  const reading = await subscribe({ reads: "slowly", query });
  await until(() => reading.results.length >= 149 || reading.isOver());
  for (let id = 151; id <= 300; id += 1) events.publish(change(id));
  await until(() => reading.results.length >= 299 || reading.isOver());
  expect(reading.results.at(-1)?.cursor).toBe("c-300");
  expect(reading.isOver()).toBe(false);
  streams.close();
});

test("a client and the process have as many subscriptions as they may, until one leaves", async () => {
  const { subscribe, streams } = await openStreams({
    maxSubscriptionsPerClient: 2,
    maxSubscriptions: 3,
  });
  const first = await subscribe({ reads: true });
  const second = await subscribe({ reads: true });
  const third = await subscribe({ reads: true });
  expect(first.isOver() || second.isOver()).toBe(false);
  expect(third.isOver()).toBe(true);
  expect(extensionsOf(third.results[0])).toEqual({
    code: "RATE_LIMITED",
    limit: "maxSubscriptionsPerClient",
  });
  first.stream.leave();
  expect((await subscribe({ reads: true })).isOver()).toBe(false);
  streams.close();
  expect(second.isOver()).toBe(true);
  expect(extensionsOf((await subscribe({ reads: true })).results[0])).toEqual({
    code: "RATE_LIMITED",
    limit: "maxSubscriptions",
  });
});
