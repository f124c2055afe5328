import type { Ledger } from "@crossdock/ledger";
import { AnswerError, BusyError, done } from "./outcomes.ts";
import type { OpenedQueues } from "./queues-under-test.ts";
import { openStand } from "./stand.ts";
import type { Stand } from "./stand.ts";

/** What becomes of a command whose source did not answer as it should. */
export function retrySuite(ledgerOf: () => Ledger, queuesOf: () => OpenedQueues): void {
  let stand: Stand;
  beforeEach(async () => {
    stand = await openStand(ledgerOf(), queuesOf().queues);
  });
  afterEach(() => stand.close());

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
      error: {
        class: "TECHNICAL",
        code: "SOURCE_UNAVAILABLE",
        message: "The ERP is busy.",
        retryable: true,
      },
      nextAttemptAt: expect.any(String) as string,
    });
  });

  test("a call that was never sent needs no look and no settle window", async () => {
    const calls: string[] = [];
    await stand.work({
      settleMs: 60_000,
      lookUp: () => {
        calls.push("lookUp");
        return Promise.resolve(null);
      },
      execute: (command) => {
        calls.push("execute");
        return command.attempts < 2 ? Promise.reject(new AnswerError("TECHNICAL")) : done(command);
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
      execute: () => Promise.reject(new AnswerError("RATE_LIMIT", retryAfterMs)),
    });
    const earliestMs = Date.now() + retryAfterMs;
    const { command } = await stand.accept({ document: "D1", order: "A" });
    const { nextAttemptAt } = await stand.reached(command.id, "RETRYING");
    expect(Date.parse(nextAttemptAt ?? "")).toBeGreaterThanOrEqual(earliestMs);
    expect(await stand.log.cancel(command.id, "no time")).toMatchObject({ kind: "done" });
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
}
