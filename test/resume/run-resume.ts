import { setTimeout as sleep } from "node:timers/promises";
import { startChaosStack, type ChaosStack } from "../chaos/chaos-stack.ts";
import { createSeeded, type Seeded } from "../chaos/seeded.ts";
import { drain } from "../chaos/standings.ts";
import { tally } from "../chaos/tally.ts";
import { oldestCursor } from "../src/placing-orders.ts";
import { addUp, judge, type Comparison } from "./compare.ts";
import { createSseTransport } from "./connections/sse.ts";
import { createWebSocketTransport } from "./connections/websocket.ts";
import { readLog } from "./event-log.ts";
import { startFleet } from "./fleet.ts";
import { startLoad } from "./load.ts";
import type { Group, ResumeReport } from "./resume-report.ts";
import type { Subscriber } from "./subscriber.ts";

export type ResumeOptions = {
  readonly seed: number;
  readonly subscribers: number;
  /** How often the program is killed with no warning. */
  readonly kills: number;
  /** How many are placed while that happens. */
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** The control: subscribers come back without their cursor. */
  readonly forgets: boolean;
  /** How long orders may take to come to their end once nothing is broken any more. */
  readonly drainMs: number;
  readonly say: (text: string) => void;
};

/** How webhooks go wrong for the whole run, in percent of them. */
const WEBHOOK_FAULTS = { duplicate: 0.3, reorder: 0.3, drop: 0.2 } as const;
const SOURCES = ["erp", "wms", "finance"] as const;
/** Longer than any run. */
const FAULTS_FOR_MS = 3_600_000;
/** The program is killed so long after it was ready. */
const UP_MS = { least: 2_000, most: 6_000 };
const DOWN_MS = { least: 0, most: 1_000 };
const ANSWER_LIMIT_MS = 60_000;
/** Nothing new for anybody for so long: whatever is missing does not come any more. */
const QUIET_MS = 10_000;
/** The same when nothing is missing: what comes then comes twice. */
const COMPLETE_QUIET_MS = 1_500;
const LOOK_AGAIN_MS = 500;
const MS_PER_SECOND = 1_000;
/** So that kills, load and subscribers do not draw the same numbers. */
const LOAD_SEED = 1_000_003;
const FLEET_SEED = 2_000_003;

/**
 * Follows what happens to orders with many subscribers, who come and go while the program is killed and
 * webhooks are lost, doubled and swapped; then compares what each of them saw with the log.
 */
export async function runResume(options: ResumeOptions): Promise<ResumeReport> {
  const { seed, forgets, kills, orders } = options;
  const startedAt = Date.now();
  const say = (text: string) => {
    options.say(`${((Date.now() - startedAt) / MS_PER_SECOND).toFixed(1)} s  ${text}`);
  };
  await using stack = await startChaosStack({ isBlind: false });
  const { client, token, sandbox, url } = stack;
  const since = new Date().toISOString();
  for (const source of SOURCES) {
    for (const [kind, rate] of Object.entries(WEBHOOK_FAULTS)) {
      const fault = kind as keyof typeof WEBHOOK_FAULTS;
      await sandbox.fault({ source, kind: fault, rate, forMs: FAULTS_FOR_MS });
    }
  }
  const giveUp = new AbortController();
  const load = startLoad({
    client,
    sandbox,
    token,
    name: `RESUME${String(seed)}`,
    orders,
    ordersPerSecond: options.ordersPerSecond,
    seeded: createSeeded(seed + LOAD_SEED),
    giveUp: giveUp.signal,
  });
  await load.order(0);
  const from = await oldestCursor(client, token);
  const fleet = startFleet({
    count: options.subscribers,
    transports: [createWebSocketTransport(url, token), createSseTransport(url, token)],
    load,
    orders,
    from,
    forgets,
    seed: seed + FLEET_SEED,
  });
  fleet.catch(() => undefined); // awaited below
  await killRepeatedly(stack, kills, createSeeded(seed), say);
  const limit = setTimeout(() => {
    giveUp.abort();
  }, ANSWER_LIMIT_MS);
  const placed = await load.done;
  clearTimeout(limit);
  const struck = await sandbox.struck();
  await sandbox.clearFaults();
  await drain(stack, since, options.drainMs, say);
  const subscribers = await fleet;
  for (const subscriber of subscribers) subscriber.stay();

  const customers = new Map(placed.map(({ orderId, customerId }) => [orderId, customerId]));
  const dueLog = await readLog(client, token, from);
  const due = dueLog.length;
  say(`${String(due)} events are in the log; subscribers catch up`);
  await untilQuiet(subscribers, (subscriber) => judge(subscriber, dueLog, due, customers));
  await Promise.all(subscribers.map((subscriber) => subscriber.stop()));
  const log = await readLog(client, token, from);
  const groups = groupsOf(subscribers, (subscriber) => judge(subscriber, log, due, customers));
  return {
    seed,
    forgets,
    kills,
    orders,
    events: log.length,
    struck: new Map(Object.entries(struck)),
    errors: tally(subscribers.flatMap(({ errors }) => errors)),
    tookMs: Date.now() - startedAt,
    groups,
  };
}

async function killRepeatedly(
  stack: ChaosStack,
  kills: number,
  seeded: Seeded,
  say: (text: string) => void,
): Promise<void> {
  for (let kill = 1; kill <= kills; kill += 1) {
    await sleep(seeded.between(UP_MS.least, UP_MS.most));
    await stack.kill("app");
    say(`kill ${String(kill)} of ${String(kills)}`);
    await sleep(seeded.between(DOWN_MS.least, DOWN_MS.most));
    await stack.start("app");
  }
}

/** Waits until nobody has seen anything new for a while: a short one when nobody misses anything. */
async function untilQuiet(
  subscribers: readonly Subscriber[],
  judged: (subscriber: Subscriber) => Comparison,
): Promise<void> {
  const count = () => subscribers.reduce((sum, { seen }) => sum + seen.length, 0);
  let known = count();
  let changedAt = Date.now();
  for (;;) {
    await sleep(LOOK_AGAIN_MS);
    const now = count();
    if (now !== known) changedAt = Date.now();
    known = now;
    const quietMs = Date.now() - changedAt;
    if (quietMs > QUIET_MS) return;
    if (quietMs > COMPLETE_QUIET_MS && subscribers.every((one) => judged(one).missed === 0)) return;
  }
}

/** One group for each transport and stream, in the order in which they first come. */
function groupsOf(
  subscribers: readonly Subscriber[],
  judged: (subscriber: Subscriber) => Comparison,
): Group[] {
  const groups = new Map<string, { readonly first: Subscriber; readonly parts: Comparison[] }>();
  for (const subscriber of subscribers) {
    const { transport, stream } = subscriber.plan;
    const key = `${transport.name} ${stream.name}`;
    const group = groups.get(key) ?? { first: subscriber, parts: [] };
    group.parts.push(judged(subscriber));
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ first: { plan }, parts }) => ({
      transport: plan.transport.name,
      stream: plan.stream.name,
      ...addUp(parts),
    }))
    .sort((left, right) => left.transport.localeCompare(right.transport));
}
