import type { Ledger } from "@crossdock/ledger";
import { done } from "./outcomes.ts";
import type { OpenedQueues } from "./queues-under-test.ts";
import { openStand } from "./stand.ts";
import type { Stand } from "./stand.ts";

/** What becomes of a command when its worker stops, or its queue forgets. */
export function interruptionSuite(ledgerOf: () => Ledger, queuesOf: () => OpenedQueues): void {
  let stand: Stand;
  beforeEach(async () => {
    stand = await openStand(ledgerOf(), queuesOf().queues);
  });
  afterEach(() => stand.close());

  test("jobs that the queue has lost are queued again", async () => {
    const accepted = await Promise.all(
      ["A", "B", "C", "D"].map((order) => stand.accept({ document: "D", order })),
    );
    const relay = await stand.work(
      {},
      { concurrency: { erp: 0, wms: 0, finance: 0 }, lookAgainMs: 500 },
    );
    while ((await queuesOf().size()) < accepted.length) await new Promise(setImmediate);
    await relay.stop();
    await queuesOf().lose();
    expect(await queuesOf().size()).toBe(0);
    let sent = 0;
    await stand.work(
      {
        execute: (command) => {
          sent += 1;
          return done(command);
        },
      },
      { lookAgainMs: 200 },
    );
    const settled = await Promise.all(accepted.map(({ command }) => stand.settled(command.id)));
    expect(settled.every(({ status }) => status === "SUCCEEDED")).toBe(true);
    expect(sent).toBe(4);
  });

  test("a worker that stops finishes what runs and starts nothing new", async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const worker = await stand.work({
      execute: async (command) => {
        await released;
        return done(command);
      },
    });
    const { command } = await stand.accept({ document: "D1", order: "A" });
    const { command: next } = await stand.accept({ document: "D2", order: "A" });
    await stand.reached(command.id, "RUNNING");
    const stopped = worker.stop();
    release();
    await stopped;
    const records = await stand.log.read([command.id, next.id]);
    expect(records.map((record) => record?.status)).toEqual(["SUCCEEDED", "ACCEPTED"]);
  });

  test("what a stopping worker has got from the queue and not begun is queued again at once", async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const orders = ["A", "B", "C", "D", "E", "F"];
    const accepted = await Promise.all(
      orders.map((order) => stand.accept({ document: order, order })),
    );
    const worker = await stand.work(
      {
        execute: async (command) => {
          await released;
          return done(command);
        },
      },
      { concurrency: { erp: 1, wms: 0, finance: 0 }, lookAgainMs: 60_000 },
    );
    await Promise.race(accepted.map(({ command }) => stand.reached(command.id, "RUNNING")));
    const stopped = worker.stop();
    release();
    await stopped;
    await stand.work({ execute: done }, { lookAgainMs: 60_000 });
    const settled = await Promise.all(accepted.map(({ command }) => stand.settled(command.id)));
    expect(settled.map(({ status, attempts }) => `${status} ${String(attempts)}`)).toEqual(
      orders.map(() => "SUCCEEDED 1"),
    );
  });

  test("what runs longer than a stopping worker may wait is given back", async () => {
    const worker = await stand.work(
      {
        execute: (_command, signal) =>
          new Promise((_resolve, fail) => {
            signal.addEventListener("abort", () => {
              fail(signal.reason as Error);
            });
          }),
      },
      { drainMs: 20 },
    );
    const { command } = await stand.accept({ document: "D1", order: "A" });
    await stand.reached(command.id, "RUNNING");
    await worker.stop();
    expect(await stand.log.read([command.id])).toMatchObject([{ status: "RETRYING" }]);
  });

  test("a handler that overruns its time is told to stop, and the command is tried again", async () => {
    let calls = 0;
    await stand.work(
      {
        execute: (command, signal) => {
          calls += 1;
          if (calls > 1) return done(command);
          return new Promise((_resolve, fail) => {
            signal.addEventListener("abort", () => {
              fail(signal.reason as Error);
            });
          });
        },
      },
      { attemptMs: 1_000 },
    );
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect((await stand.settled(command.id)).status).toBe("SUCCEEDED");
    expect(calls).toBe(2);
  });
}
