import { DomainError } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { reject, succeed } from "../handler.ts";
import type { OpenedQueues } from "./queues-under-test.ts";
import { openStand } from "./stand.ts";
import type { PutDocument, Stand } from "./stand.ts";

/** The source says: later. */
class BusyError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";

  constructor(readonly retryAfterMs: number | null = null) {
    super("The ERP is busy.");
  }
}

const done = ({ data }: { readonly data: PutDocument }) =>
  Promise.resolve(succeed({ typename: "Order", id: data.document, effects: [data.document] }));

/** What a worker promises, whatever the store and the queue. */
export function workerSuite(ledgerOf: () => Ledger, queuesOf: () => OpenedQueues): void {
  let stand: Stand;
  beforeEach(async () => {
    stand = await openStand(ledgerOf(), queuesOf().queues);
  });
  afterEach(() => stand.close());

  const statuses = (id: string) =>
    stand.told.filter((record) => record.id === id).map(({ status }) => status);

  test("what was accepted is done, and the journal gets its effects", async () => {
    await stand.work({ execute: done });
    const { command } = await stand.accept({ document: "D1", order: "A" });
    const settled = await stand.settled(command.id);
    expect(settled).toMatchObject({
      status: "SUCCEEDED",
      attempts: 1,
      error: null,
      result: { typename: "Order", id: "D1" },
    });
    expect(settled.completedAt).not.toBeNull();
    expect(statuses(command.id)).toEqual(["ACCEPTED", "RUNNING", "SUCCEEDED"]);
    expect(stand.finished).toEqual([
      { kind: "succeeded", result: { typename: "Order", id: "D1" }, effects: ["D1"] },
    ]);
  });

  test("what was accepted before a worker started is done", async () => {
    const { command } = await stand.accept({ document: "D1", order: "A" });
    await stand.work({ execute: done });
    expect((await stand.settled(command.id)).status).toBe("SUCCEEDED");
  });

  test("commands of one subject run one at a time, in the order of acceptance", async () => {
    const sent: string[] = [];
    let running = 0;
    let most = 0;
    const ids: string[] = [];
    for (const document of ["D1", "D2", "D3", "D4"]) {
      ids.push((await stand.accept({ document, order: "A" })).command.id);
    }
    await stand.work({
      execute: async (command) => {
        sent.push(command.data.document);
        most = Math.max(most, (running += 1));
        await new Promise(setImmediate);
        running -= 1;
        return done(command);
      },
    });
    await Promise.all(ids.map((id) => stand.settled(id)));
    expect(sent).toEqual(["D1", "D2", "D3", "D4"]);
    expect(most).toBe(1);
  });

  test("commands of different subjects run at the same time", async () => {
    let arrived = 0;
    let release: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    await stand.work({
      execute: async (command) => {
        if ((arrived += 1) === 3) release();
        await all;
        return done(command);
      },
    });
    const accepted = await Promise.all(
      ["A", "B", "C"].map((order) => stand.accept({ document: "D", order })),
    );
    const settled = await Promise.all(accepted.map(({ command }) => stand.settled(command.id)));
    expect(settled.map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
  });

  test("a source that is busy is tried again, and looked into before each new attempt", async () => {
    const calls: string[] = [];
    await stand.work({
      lookUp: () => {
        calls.push("lookUp");
        return Promise.resolve(null);
      },
      execute: (command) => {
        calls.push("execute");
        return command.attempts < 3 ? Promise.reject(new BusyError()) : done(command);
      },
    });
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect(await stand.settled(command.id)).toMatchObject({
      status: "SUCCEEDED",
      attempts: 3,
      error: null,
    });
    expect(calls).toEqual(["execute", "lookUp", "execute", "lookUp", "execute"]);
    expect(await stand.reached(command.id, "RETRYING")).toMatchObject({
      error: { code: "SOURCE_UNAVAILABLE", message: "The ERP is busy.", retryable: true },
      nextAttemptAt: expect.any(String) as string,
    });
  });

  test("a call that was never sent needs no look and no settle window", async () => {
    const calls: string[] = [];
    await stand.work({
      settleMs: 60_000,
      isUnsent: (error) => error instanceof BusyError,
      lookUp: () => {
        calls.push("lookUp");
        return Promise.resolve(null);
      },
      execute: (command) => {
        calls.push("execute");
        return command.attempts < 2 ? Promise.reject(new BusyError()) : done(command);
      },
    });
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect((await stand.settled(command.id)).status).toBe("SUCCEEDED");
    expect(calls).toEqual(["execute", "execute"]);
  });

  test("what a lost answer did is found, and not done again", async () => {
    let documents = 0;
    await stand.work({
      lookUp: (command) => (documents > 0 ? done(command) : Promise.resolve(null)),
      execute: () => {
        documents += 1;
        return Promise.reject(new BusyError());
      },
    });
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect((await stand.settled(command.id)).status).toBe("SUCCEEDED");
    expect(documents).toBe(1);
  });

  test("nobody looks or sends before the settle window of a lost answer has passed", async () => {
    const settleMs = 60_000;
    await stand.work({ settleMs, execute: () => Promise.reject(new BusyError()) });
    const earliestMs = Date.now() + settleMs;
    const { command } = await stand.accept({ document: "D1", order: "A" });
    const { nextAttemptAt } = await stand.reached(command.id, "RETRYING");
    expect(Date.parse(nextAttemptAt ?? "")).toBeGreaterThanOrEqual(earliestMs);
  });

  test("a source is not asked before the time that it named", async () => {
    const retryAfterMs = 60_000;
    await stand.work({
      isUnsent: () => true,
      execute: () => Promise.reject(new BusyError(retryAfterMs)),
    });
    const earliestMs = Date.now() + retryAfterMs;
    const { command } = await stand.accept({ document: "D1", order: "A" });
    const { nextAttemptAt } = await stand.reached(command.id, "RETRYING");
    expect(Date.parse(nextAttemptAt ?? "")).toBeGreaterThanOrEqual(earliestMs);
    expect(await stand.log.cancel(command.id, "no time")).toMatchObject({ kind: "done" });
  });

  test("what the business refuses is not tried again", async () => {
    await stand.work({
      execute: () => Promise.resolve(reject({ code: "CREDIT_EXCEEDED", message: "Too much." })),
    });
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect(await stand.settled(command.id)).toMatchObject({
      status: "REJECTED",
      attempts: 1,
      error: { code: "CREDIT_EXCEEDED", message: "Too much.", retryable: false },
      result: null,
    });
    expect(stand.finished).toEqual([
      { kind: "rejected", code: "CREDIT_EXCEEDED", message: "Too much." },
    ]);
  });

  test("a bug waits for a person, says nothing of itself to clients, and can be retried", async () => {
    let fixed = false;
    await stand.work({
      execute: (command) =>
        fixed ? done(command) : Promise.reject(new TypeError("secret is not a function")),
    });
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect(await stand.settled(command.id)).toMatchObject({
      status: "DEAD_LETTERED",
      attempts: 1,
      error: {
        code: "INTERNAL_SERVER_ERROR",
        message: "Something unexpected went wrong.",
        retryable: false,
      },
    });
    expect(await stand.log.cancel(command.id, "it may be done")).toMatchObject({ kind: "refused" });
    fixed = true;
    expect(await stand.log.retry(command.id)).toMatchObject({ kind: "done" });
    expect((await stand.settled(command.id)).status).toBe("SUCCEEDED");
  });

  test("when its attempts are used up a command waits for a person", async () => {
    await stand.work({ execute: () => Promise.reject(new BusyError()) });
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect(await stand.settled(command.id)).toMatchObject({
      status: "DEAD_LETTERED",
      attempts: 3,
      error: { message: "The ERP is busy. Given up after 3 attempts.", retryable: true },
    });
  });

  test("a dead-lettered command does not hold up its subject", async () => {
    await stand.work({
      execute: (command) =>
        command.data.document === "D1" ? Promise.reject(new Error("broken")) : done(command),
    });
    const { command: first } = await stand.accept({ document: "D1", order: "A" });
    const { command: second } = await stand.accept({ document: "D2", order: "A" });
    expect((await stand.settled(second.id)).status).toBe("SUCCEEDED");
    expect((await stand.settled(first.id)).status).toBe("DEAD_LETTERED");
  });

  test("where a source cannot be asked, a lost answer waits for a person, who may send again", async () => {
    let calls = 0;
    await stand.work({
      lookUp: null,
      execute: (command) => {
        calls += 1;
        return calls === 1 ? Promise.reject(new BusyError()) : done(command);
      },
    });
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect(await stand.settled(command.id)).toMatchObject({
      status: "DEAD_LETTERED",
      error: { code: "IN_DOUBT" },
    });
    expect(calls).toBe(1);
    await stand.log.retry(command.id);
    expect((await stand.settled(command.id)).status).toBe("SUCCEEDED");
    expect(calls).toBe(2);
  });

  test("a command whose effects could not be written down is found at the source, not sent again", async () => {
    let documents = 0;
    await stand.work({
      lookUp: (command) => {
        stand.fault.error = null;
        return done(command);
      },
      execute: (command) => {
        documents += 1;
        failNextFinish();
        return done(command);
      },
    });
    const failNextFinish = () => {
      const push = stand.finished.push.bind(stand.finished);
      stand.finished.push = () => {
        stand.finished.push = push;
        throw new Error("the event log is full");
      };
    };
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect((await stand.settled(command.id)).status).toBe("SUCCEEDED");
    expect(documents).toBe(1);
    expect(stand.finished).toHaveLength(1);
  });

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

  test("a handler that overruns its lease is told to stop, and the command is tried again", async () => {
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
      { leaseMs: 300 },
    );
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect((await stand.settled(command.id)).status).toBe("SUCCEEDED");
    expect(calls).toBe(2);
  });
}
