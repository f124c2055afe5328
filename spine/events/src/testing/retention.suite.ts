import type { Ledger } from "@crossdock/ledger";
import type { TestLedger } from "@crossdock/ledger/testing";
import { createFixedClock, createLogger, createMetrics } from "@crossdock/runtime";
import { createConsumerOffsets } from "../consumer-offsets.ts";
import { CursorExpiredError } from "../errors.ts";
import { createEventLog, type EventLog } from "../event-log.ts";
import { decodeCursor, LOG_START, type Position } from "../position.ts";
import { createRetention, type RetentionOptions } from "../retention.ts";
import { append, counted, followFrom, labelOf, NOON, take } from "./log-fixture.ts";
import { stockCounted } from "./stock-counted.ts";

const DAY_MS = 24 * 60 * 60_000;

/** What is forgotten and what is not, on either store. */
export function retentionSuite(open: () => Promise<TestLedger>): void {
  let opened: TestLedger;
  let ledger: Ledger;
  let log: EventLog;
  const clock = createFixedClock(NOON);
  const logger = createLogger({ name: "test", level: "silent" });
  const signal = new AbortController().signal;

  beforeAll(async () => {
    opened = await open();
    ledger = opened.ledger;
    log = createEventLog({ ledger, clock, logger, definitions: [stockCounted] });
  });
  beforeEach(async () => {
    await log.discardThrough(await log.head());
    await ledger.db.deleteFrom("consumer_offsets").execute();
  });
  afterAll(async () => {
    await log.close();
    await opened.close();
  });

  const sweep = (limits: Partial<RetentionOptions> = {}) =>
    createRetention({
      ledger,
      eventLog: log,
      clock,
      logger,
      metrics: createMetrics(),
      keepDays: 30,
      keepAtLeast: 0,
      ...limits,
    }).sweep(signal);
  const appendSome = (count: number, from = 0) =>
    append(
      ledger,
      log,
      ...Array.from({ length: count }, (_, index) => counted("K-1", from + index)),
    );
  const kept = async () => {
    const rows = await ledger.db.selectFrom("events").select("data").orderBy("position").execute();
    return rows.map(({ data }) => Number(data["counted"]));
  };

  test("what is older than the horizon goes, in more batches than one; what is younger stays", async () => {
    await appendSome(1_000);
    await appendSome(200, 1_000);
    clock.advance(31 * DAY_MS);
    await appendSome(2, 2_000);
    expect(await sweep()).toBe(1_200);
    expect(await kept()).toEqual([2_000, 2_001]);
    expect(await sweep()).toBe(0);
  });

  test("so many are kept whatever their age", async () => {
    await appendSome(10);
    clock.advance(400 * DAY_MS);
    expect(await sweep({ keepAtLeast: 3 })).toBe(7);
    expect(await kept()).toEqual([7, 8, 9]);
  });

  test("what a consumer has yet to read is kept, but not for ever", async () => {
    const positions = await appendSome(6);
    const offsets = createConsumerOffsets({ ledger, clock });
    await ledger.transaction((trx) =>
      offsets.advance(trx, "slow", { from: LOG_START, to: positions[1] as Position }),
    );
    clock.advance(31 * DAY_MS);
    expect(await sweep()).toBe(2);
    clock.advance(58 * DAY_MS);
    expect(await sweep()).toBe(0);
    clock.advance(2 * DAY_MS);
    expect(await sweep()).toBe(4);
  });

  test("a cursor from before the horizon is refused with what can be resumed from, and from there it goes on", async () => {
    const [first] = await appendSome(4);
    clock.advance(31 * DAY_MS);
    await appendSome(2, 10);
    await sweep();
    const error: unknown = await followFrom(log, first)
      .next()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CursorExpiredError);
    const { message, extensions } = error as CursorExpiredError;
    expect(message).toContain("fromSnapshot: true");
    const resumed = followFrom(log, decodeCursor(String(extensions["oldestCursor"])));
    expect((await take(resumed, 2)).map(labelOf)).toEqual(["K-1 10", "K-1 11"]);
  });

  test("while the log is swept, followers and writers go on", async () => {
    await appendSome(1_000);
    clock.advance(31 * DAY_MS);
    const head = await log.head();
    const followed = take(followFrom(log, head), 60);
    const writing = Promise.all(Array.from({ length: 30 }, (_, index) => appendSome(2, index * 2)));
    const [discarded] = await Promise.all([sweep(), writing]);
    expect(discarded).toBe(1_000);
    expect(await followed).toHaveLength(60);
  });
}
