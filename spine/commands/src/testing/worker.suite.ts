import type { Ledger } from "@crossdock/ledger";
import { reject } from "../handler.ts";
import { BusyError, done } from "./outcomes.ts";
import type { OpenedQueues } from "./queues-under-test.ts";
import { openStand } from "./stand.ts";
import type { Stand } from "./stand.ts";

/** What becomes of a command, whatever the store and the queue. */
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
      { kind: "rejected", code: "CREDIT_EXCEEDED", message: "Too much.", lastAnswer: null },
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
}
