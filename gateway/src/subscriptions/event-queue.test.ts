import { SlowConsumerError } from "../errors/gateway-errors.ts";
import { createTopic } from "../testing/topic.ts";
import { createEventQueue } from "./event-queue.ts";
import type { QueueEnd } from "./event-queue.ts";

function openQueue(maxQueuedEvents: number) {
  const topic = createTopic<number>();
  const ends: QueueEnd[] = [];
  const source = topic.follow(new AbortController().signal);
  const queue = createEventQueue({ source, maxQueuedEvents, onEnd: (end) => void ends.push(end) });
  return { topic, queue, ends };
}

test("events are taken in the order in which they came", async () => {
  const { topic, queue } = openQueue(2);
  const first = queue.take();
  topic.publish(1);
  topic.publish(2);
  expect([await first, await queue.take()]).toEqual([1, 2]);
});

test("a slow subscriber gets what waits, then the reason, then the end, and the source is let go at once", async () => {
  const { topic, queue, ends } = openQueue(2);
  for (const event of [1, 2, 3]) topic.publish(event);
  await topic.followers(0);
  expect(ends).toEqual([{ kind: "failed", reason: expect.any(SlowConsumerError) }]);
  expect([await queue.take(), await queue.take()]).toEqual([1, 2]);
  await expect(queue.take()).rejects.toThrow(/Resume from the last cursor/);
  expect(await queue.take()).toBeNull();
});

test("leaving wakes a taker that waits, and lets go of a source that hears nothing", async () => {
  const ends: QueueEnd[] = [];
  const deaf: AsyncIterator<number> = {
    next: () => new Promise(() => undefined),
    return: () => new Promise(() => undefined),
  };
  const queue = createEventQueue({
    source: deaf,
    maxQueuedEvents: 1,
    onEnd: (end) => void ends.push(end),
  });
  const taken = queue.take();
  queue.end();
  expect(await taken).toBeNull();
  expect(ends).toEqual([{ kind: "left" }]);
});

test("a failure from outside drops what waits", async () => {
  const { topic, queue } = openQueue(2);
  topic.publish(1);
  await Promise.resolve();
  queue.fail(new Error("expired"));
  await expect(queue.take()).rejects.toThrow("expired");
  expect(await queue.take()).toBeNull();
});

test("an error of the source reaches the subscriber", async () => {
  const source: AsyncIterator<number> = { next: () => Promise.reject(new Error("cursor expired")) };
  const queue = createEventQueue({ source, maxQueuedEvents: 1, onEnd: () => undefined });
  await expect(queue.take()).rejects.toThrow("cursor expired");
});
