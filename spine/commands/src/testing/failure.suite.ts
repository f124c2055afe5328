import type { ExceptionResolution } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { block } from "../handler.ts";
import { AnswerError, done } from "./outcomes.ts";
import type { OpenedQueues } from "./queues-under-test.ts";
import { openStand } from "./stand.ts";
import type { Stand } from "./stand.ts";

const DAY_MS = 24 * 3_600_000;
/** Of the suites' command: see stand.ts. */
const TRIES = 3;

/** Which budget a failure spends, by its class, and what a person may do when one is spent. */
export function failureSuite(ledgerOf: () => Ledger, queuesOf: () => OpenedQueues): void {
  let stand: Stand;
  beforeEach(async () => {
    stand = await openStand(ledgerOf(), queuesOf().queues);
  });
  afterEach(() => stand.close());

  const accept = async () => (await stand.accept({ document: "D1", order: "A" })).command.id;

  test.each(["TECHNICAL", "RATE_LIMIT"] as const)(
    "%s uses up no try: the command waits until the source takes it",
    async (errorClass) => {
      await stand.work({
        execute: (command) =>
          command.attempts <= 2 * TRIES
            ? Promise.reject(new AnswerError(errorClass))
            : done(command),
      });
      expect(await stand.settled(await accept())).toMatchObject({
        status: "SUCCEEDED",
        attempts: 2 * TRIES + 1,
        triesSpent: 1,
      });
    },
  );

  test("lost answers use up the tries, and each is looked up before the next is sent", async () => {
    const calls: string[] = [];
    await stand.work({
      lookUp: () => {
        calls.push("lookUp");
        return Promise.resolve(null);
      },
      execute: () => {
        calls.push("execute");
        return Promise.reject(new AnswerError("UNKNOWN_OUTCOME"));
      },
    });
    expect(await stand.settled(await accept())).toMatchObject({
      status: "DEAD_LETTERED",
      triesSpent: TRIES,
      error: { class: "UNKNOWN_OUTCOME", message: "The ERP is busy. Given up after 3 attempts." },
    });
    expect(calls).toEqual(["execute", "lookUp", "execute", "lookUp", "execute"]);
  });

  test("what fails for longer than the patience lasts waits for a person, however few its tries", async () => {
    await stand.work(
      { execute: () => Promise.reject(new AnswerError("TECHNICAL")) },
      { nowMs: () => Date.now() + 4 * DAY_MS },
    );
    expect(await stand.settled(await accept())).toMatchObject({
      status: "DEAD_LETTERED",
      // The first failure begins the count.
      attempts: 2,
      error: { class: "TECHNICAL", message: "The ERP is busy. Given up after 3 days." },
    });
  });

  test("a source that asks for more time than the patience lasts is not waited for", async () => {
    await stand.work({
      execute: () => Promise.reject(new AnswerError("RATE_LIMIT", 30 * DAY_MS)),
    });
    expect(await stand.settled(await accept())).toMatchObject({
      status: "DEAD_LETTERED",
      attempts: 1,
      error: {
        class: "RATE_LIMIT",
        message: "The ERP is busy. It asks for a longer wait than 3 days.",
      },
    });
  });

  test("the source's last answer is kept without what is private", async () => {
    await stand.work({ execute: () => Promise.reject(new AnswerError("RATE_LIMIT", DAY_MS)) });
    const { lastAnswer } = await stand.reached(await accept(), "RETRYING");
    expect(lastAnswer).toEqual({
      status: 503,
      code: "Busy",
      message: "Ask [removed], token=[removed]",
    });
  });

  test("missing master data waits for a person at once, and goes through when it is repaired", async () => {
    let isRepaired = false;
    const refusal = { code: "UNKNOWN_SKU", message: "There is no item D1." };
    await stand.work({
      execute: (command) => (isRepaired ? done(command) : Promise.resolve(block(refusal))),
    });
    const id = await accept();
    expect(await stand.settled(id)).toMatchObject({
      status: "DEAD_LETTERED",
      attempts: 1,
      error: { class: "MASTER_DATA", ...refusal, retryable: true },
    });
    isRepaired = true;
    expect(await stand.log.retry(id, "ann")).toMatchObject({
      kind: "done",
      command: { attempts: 0, triesSpent: 0, error: null, lastAnswer: null },
    });
    expect((await stand.settled(id)).status).toBe("SUCCEEDED");
  });

  describe("a person who has looked", () => {
    const decide = (id: string, resolution: ExceptionResolution) =>
      stand.log.resolve(id, { by: "ann", resolution, note: "I looked." });
    /** Dead-lettered, and nobody knows whether it was done. */
    async function unknown(found: () => boolean): Promise<{ id: string; sent: () => number }> {
      let sent = 0;
      await stand.work({
        lookUp: (command) => (found() ? done(command) : Promise.resolve(null)),
        execute: () => {
          sent += 1;
          return Promise.reject(new TypeError("a bug after it was sent"));
        },
      });
      const id = await accept();
      expect((await stand.settled(id)).status).toBe("DEAD_LETTERED");
      return { id, sent: () => sent };
    }

    test("and did it by hand under our reference: it is found, and not sent", async () => {
      let isThere = false;
      const { id, sent } = await unknown(() => isThere);
      isThere = true;
      expect(await decide(id, "CORRECTED")).toMatchObject({ command: { status: "RETRYING" } });
      expect((await stand.settled(id)).status).toBe("SUCCEEDED");
      expect(sent()).toBe(1);
    });

    test("and did it by hand in another way: it is over, and not sent", async () => {
      const { id, sent } = await unknown(() => false);
      await decide(id, "CORRECTED");
      expect(await stand.settled(id)).toMatchObject({
        status: "CANCELLED",
        error: { code: "CORRECTED", class: null, retryable: false },
      });
      expect(sent()).toBe(1);
    });

    test.each([
      ["IGNORED", "CANCELLED"],
      ["COMPENSATED", "COMPENSATED"],
    ] as const)("and says %s: the command is %s", async (resolution, status) => {
      const { id } = await unknown(() => false);
      expect(await stand.log.cancel(id, "no matter what")).toMatchObject({ kind: "refused" });
      expect(await decide(id, resolution)).toMatchObject({ kind: "done", command: { status } });
      expect(await decide(id, resolution)).toMatchObject({ kind: "refused" });
      expect(await stand.settled(id)).toMatchObject({ status, error: { message: "I looked." } });
    });
  });
}
