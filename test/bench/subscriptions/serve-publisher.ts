import { setTimeout as sleep } from "node:timers/promises";
import type { Published, Publisher, PublisherHello, PublisherRequest } from "./publisher.ts";
import { answerParent } from "../kit/processes.ts";
import { nowMs } from "./now.ts";

/** Events that are due are told together so often. */
const TICK_MS = 20;
/** A publisher that is late does not take all that is due in one go. */
const MAX_AT_ONCE = 200;
const MS_PER_SECOND = 1_000;
const US_PER_MS = 1_000;
/** Memory is let go of in several passes. */
const COLLECTIONS = 3;
const BETWEEN_COLLECTIONS_MS = 100;

/**
 * Lets the parent process drive a publisher, one request after the other. The process needs `--expose-gc`.
 * @param token that subscribers show
 */
export function servePublisher(publisher: Publisher, token: string): void {
  answerParent(
    { port: publisher.port, token } satisfies PublisherHello,
    (request) => answer(publisher, request as PublisherRequest),
    () => publisher.close(),
  );
}

async function answer(publisher: Publisher, request: PublisherRequest): Promise<unknown> {
  switch (request.kind) {
    case "publish":
      return publishSteadily(publisher, request);
    case "publishOnce":
      return publishAll(
        publisher,
        Array.from({ length: request.groups }, (_none, at) => request.firstGroup + at),
      );
    case "cpu": {
      const { user, system } = process.cpuUsage();
      return (user + system) / US_PER_MS;
    }
    case "memory":
      return measureMemory();
    case "cut":
      publisher.cut();
      return null;
  }
}

async function publishSteadily(
  publisher: Publisher,
  options: Extract<PublisherRequest, { kind: "publish" }>,
): Promise<Published[]> {
  const { eventsPerSecond, forMs, groups } = options;
  const total = Math.round((eventsPerSecond * forMs) / MS_PER_SECOND);
  const startMs = performance.now();
  const published: Published[] = [];
  while (published.length < total) {
    const elapsedMs = performance.now() - startMs;
    const first = published.length;
    const due = Math.min(
      total,
      first + MAX_AT_ONCE,
      Math.ceil((elapsedMs * eventsPerSecond) / MS_PER_SECOND),
    );
    const batch = Array.from({ length: due - first }, (_none, at) => (first + at) % groups);
    if (batch.length > 0) published.push(...(await publishAll(publisher, batch)));
    await sleep(TICK_MS);
  }
  return published;
}

async function publishAll(publisher: Publisher, groups: readonly number[]): Promise<Published[]> {
  const askedAt = nowMs();
  const { cursors, sureAt } = await publisher.publish(groups);
  return cursors.map((cursor) => ({ cursor, askedAt, sureAt }));
}

async function measureMemory(): Promise<{ readonly heap: number; readonly rss: number }> {
  for (let pass = 0; pass < COLLECTIONS; pass += 1) {
    globalThis.gc?.();
    await sleep(BETWEEN_COLLECTIONS_MS);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}
