import { SlowConsumerError } from "../errors/gateway-errors.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { StreamMessage } from "./stream-message.ts";
import { Subscriber } from "./subscriber.ts";
import type { SubscriberEnd } from "./subscriber.ts";
import { createUpstreamEvent, Delivery } from "./upstream-event.ts";

const messageOf = (id: string): StreamMessage => ({
  json: id,
  cursor: `c-${id}`,
  frames: new Map(),
});

/** A subscriber who reads all, and events that are completed when the test says so. */
function subscribe(cursor: string | null = null) {
  const written: string[] = [];
  const ends: SubscriberEnd[] = [];
  const waiting = new Map<string, () => void>();
  const subscriber = new Subscriber({
    lender: { viewer: null, authorization: null },
    transport: "websocket",
    sink: {
      write: ({ json }) => void written.push(json),
      end: () => void written.push("end"),
      breakOff: () => void written.push("broken off"),
    },
    cursor,
    limits: { ...DEFAULT_LIMITS, maxQueuedEvents: 3, maxEventsAhead: 2 },
    keeper: {
      explain: (_reason, from) => ({
        json: `resume from ${String(from)}`,
        cursor: null,
        frames: new Map(),
      }),
      delivered: () => undefined,
      ended: (_subscriber, end) => void ends.push(end),
    },
  });
  const offer = (id: string) => {
    const event = createUpstreamEvent({ data: { id } }, `c-${id}`);
    const complete = () =>
      new Promise<StreamMessage>((resolve) => {
        waiting.set(id, () => {
          resolve(messageOf(id));
        });
      });
    subscriber.offer(new Delivery(event, complete));
  };
  /** Lets one event be completed, and what follows from that happen. */
  const complete = async (id: string) => {
    waiting.get(id)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { subscriber, written, ends, offer, complete, started: () => [...waiting.keys()] };
}

test("events are written in their order, also when a later one is completed first", async () => {
  const { written, offer, complete } = subscribe();
  for (const id of ["1", "2"]) offer(id);
  await complete("2");
  expect(written).toEqual([]);
  await complete("1");
  expect(written).toEqual(["1", "2"]);
});

test("no more events are completed ahead than may be", async () => {
  const { offer, complete, started } = subscribe();
  for (const id of ["1", "2", "3"]) offer(id);
  expect(started()).toEqual(["1", "2"]);
  await complete("1");
  expect(started()).toEqual(["1", "2", "3"]);
});

test("who is told that it is slow is told the cursor of the last event that was written", async () => {
  const { written, ends, offer, complete } = subscribe();
  offer("1");
  await complete("1");
  for (const id of ["2", "3", "4", "5", "6"]) offer(id);
  await complete("2");
  expect(written).toEqual(["1", "resume from c-1", "end"]);
  expect(ends).toEqual([{ kind: "failed", reason: expect.any(SlowConsumerError) }]);
});

test("who has no cursor yet gets the first event before it is told, and who came with one its own", async () => {
  const without = subscribe();
  for (const id of ["1", "2", "3", "4", "5"]) without.offer(id);
  await without.complete("1");
  expect(without.written).toEqual(["1", "resume from c-1", "end"]);
  const resumed = subscribe("c-0");
  for (const id of ["1", "2", "3", "4", "5"]) resumed.offer(id);
  await resumed.complete("1");
  expect(resumed.written).toEqual(["resume from c-0", "end"]);
});

test("the end of the upstream comes after what waits, a client's leaving before", async () => {
  const { subscriber, written, ends, offer, complete } = subscribe();
  offer("1");
  subscriber.complete();
  await complete("1");
  expect(written).toEqual(["1", "end"]);
  expect(ends).toEqual([{ kind: "completed" }]);
  const left = subscribe();
  left.offer("1");
  left.subscriber.leave();
  await left.complete("1");
  expect(left.written).toEqual([]);
  expect(left.ends).toEqual([{ kind: "left" }]);
});
