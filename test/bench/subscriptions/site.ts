import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientsAnswers, ClientsRequest, Counts } from "./clients.ts";
import { startHelper, type Helper } from "../kit/processes.ts";
import type { PublisherAnswers, PublisherHello, PublisherRequest } from "./publisher.ts";

/** How many subscribers there are, and what they follow. */
export type Crowd = {
  readonly subscribers: number;
  readonly sockets: number;
  /** As many products; each subscriber follows one of them. */
  readonly groups: number;
};

export type Delivery = {
  readonly expected: number;
  readonly received: number;
  /** Milliseconds from when the publisher was sure of it. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Milliseconds from when it was asked. */
  readonly askedP50Ms: number;
  readonly askedP99Ms: number;
  /** Of the server's process, for each delivery. */
  readonly cpuUs: number;
};

/** A server in a process of its own, and its subscribers in others. */
export interface Site {
  /** Bytes that each subscriber costs the server, over what it needs with none. */
  readonly memoryPerSubscriber: { readonly heap: number; readonly rss: number };
  /** Publishes steadily, and waits until all has come. */
  deliver(eventsPerSecond: number): Promise<Delivery>;
  /** Breaks off every connection. @returns milliseconds until every subscriber had an event that was published meanwhile */
  comeBack(): Promise<number>;
  close(): Promise<void>;
}

const CLIENT_PROCESSES = 2;
/** As `npm start` has them; the bare server gets the same. */
const FLAGS_OF_THE_PROGRAM = ["--v8-pool-size=2", "--max-semi-space-size=64"];
const FIRST_SUBSCRIBERS: Crowd = { subscribers: 20, sockets: 20, groups: 1 };
const PUBLISH_MS = 3_000;
/** How long something that was published may be under way. */
const ARRIVAL_LIMIT_MS = 30_000;
const LOOK_AGAIN_MS = 20;
/** Whoever is not reached by an event subscribed after it. */
const WARM_UP_MS = 1_000;
const HALF = 0.5;
const NEARLY_ALL = 0.99;
const TENTHS_PER_MS = 10;
const US_PER_MS = 1_000;

/** @param server the file of the server's process in this folder, and its arguments */
export async function openSite(
  server: { readonly file: string; readonly args: readonly string[] },
  crowd: Crowd,
): Promise<Site> {
  const publisher = await startHelper<PublisherRequest, PublisherHello>(
    join(import.meta.dirname, server.file),
    server.args,
    FLAGS_OF_THE_PROGRAM,
  );
  const { port, token } = publisher.hello;
  const ask = <Kind extends PublisherRequest["kind"]>(
    request: Extract<PublisherRequest, { kind: Kind }>,
  ) => publisher.ask(request) as Promise<PublisherAnswers[Kind]>;
  const clients = await Promise.all(
    Array.from({ length: CLIENT_PROCESSES }, () =>
      startHelper<ClientsRequest, object>(join(import.meta.dirname, "clients.ts"), []),
    ),
  );
  const { groups, subscribers } = crowd;
  const url = `ws://127.0.0.1:${String(port)}/graphql`;
  const open = async (some: Crowd, firstGroup: number) => {
    await askEach(clients, {
      kind: "open",
      url,
      token,
      sockets: some.sockets / CLIENT_PROCESSES,
      perSocket: some.subscribers / some.sockets,
      firstGroup,
      groups: some.groups,
    });
    await askEach(clients, { kind: "reset" });
    while ((await count(clients)).subscribers < some.subscribers) {
      await ask({ kind: "publishOnce", firstGroup, groups: some.groups });
      await sleep(WARM_UP_MS);
    }
  };
  // What the first subscribers bring into memory, all others share. They follow a product of their own.
  await open(FIRST_SUBSCRIBERS, groups);
  const before = await ask({ kind: "memory" });
  await open(crowd, 0);
  const after = await ask({ kind: "memory" });

  return {
    memoryPerSubscriber: {
      heap: (after.heap - before.heap) / subscribers,
      rss: (after.rss - before.rss) / subscribers,
    },
    deliver: async (eventsPerSecond) => {
      await askEach(clients, { kind: "reset" });
      const cpuBefore = await ask({ kind: "cpu" });
      const published = await ask({ kind: "publish", eventsPerSecond, forMs: PUBLISH_MS, groups });
      const expected = (published.length * subscribers) / groups;
      await until(async () => (await count(clients)).events >= expected);
      const cpuMs = (await ask({ kind: "cpu" })) - cpuBefore;
      const { events: received } = await count(clients);
      const delays = (await askEach(clients, {
        kind: "delays",
        published,
      })) as ClientsAnswers["delays"][];
      const sure = delays.flatMap(({ fromSure }) => fromSure);
      const asked = delays.flatMap(({ fromAsked }) => fromAsked);
      return {
        expected,
        received,
        p50Ms: quantile(sure, HALF),
        p99Ms: quantile(sure, NEARLY_ALL),
        askedP50Ms: quantile(asked, HALF),
        askedP99Ms: quantile(asked, NEARLY_ALL),
        cpuUs: (cpuMs * US_PER_MS) / received,
      };
    },
    comeBack: async () => {
      await askEach(clients, { kind: "reset" });
      const startMs = performance.now();
      await ask({ kind: "cut" });
      await ask({ kind: "publishOnce", firstGroup: 0, groups });
      await until(async () => (await count(clients)).subscribers >= subscribers);
      return performance.now() - startMs;
    },
    close: async () => {
      // Who is stopped last would come back to a server that is gone.
      await Promise.all(clients.map((each) => each.stop()));
      await publisher.stop();
    },
  };
}

type Clients = readonly Helper<ClientsRequest, object>[];

function askEach(clients: Clients, request: ClientsRequest): Promise<unknown[]> {
  return Promise.all(clients.map((each) => each.ask(request)));
}

async function count(clients: Clients): Promise<ClientsAnswers["count"]> {
  const counts = (await askEach(clients, { kind: "count" })) as ClientsAnswers["count"][];
  return {
    events: counts.reduce((sum, { events }) => sum + events, 0),
    subscribers: counts.reduce((sum, { subscribers }) => sum + subscribers, 0),
  };
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + ARRIVAL_LIMIT_MS;
  while (Date.now() < end) {
    if (await isTrue()) return;
    await sleep(LOOK_AGAIN_MS);
  }
}

/** @returns milliseconds */
function quantile(counts: Counts, share: number): number {
  const sorted = [...counts].sort(([left], [right]) => left - right);
  const total = sorted.reduce((sum, [, times]) => sum + times, 0);
  let seen = 0;
  for (const [tenths, times] of sorted) {
    seen += times;
    if (seen >= total * share) return tenths / TENTHS_PER_MS;
  }
  return Number.NaN;
}
