import { parseSku, stockSubject } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type { TestLedger } from "@crossdock/ledger/testing";
import { sql } from "kysely";
import { CursorExpiredError, SlowConsumerError } from "../errors.ts";
import type { EventLog } from "../event-log.ts";
import { decodeCursor, LOG_START } from "../position.ts";
import type { Position } from "../position.ts";
import { append, counted, followFrom, labelOf, openLog, take } from "./log-fixture.ts";

/** Following, on either store. */
export function followSuite(open: () => Promise<TestLedger>): void {
  let opened: TestLedger;
  let ledger: Ledger;
  let log: EventLog;

  beforeAll(async () => {
    opened = await open();
    ledger = opened.ledger;
  });
  beforeEach(() => {
    log = openLog(ledger);
  });
  afterEach(() => log.close());
  afterAll(() => opened.close());

  test("16 concurrent writers: a follower from the start and one at each moment see every event once, in log order", async () => {
    const writers = 16;
    const eachWrites = 12;
    const after = await log.head();
    const topics = { types: ["inventory.stockCounted"] };
    const total = writers * eachWrites;
    const fromStart = take(followFrom(log, after, { topics }), total);
    const joined: Promise<string[]>[] = [];

    const write = async (writer: number) => {
      for (let n = 0; n < eachWrites; n += 1) {
        await ledger.transaction(async (trx) => {
          const context = { correlationId: "w", causationId: null, tenant: null };
          await log.append(trx, [counted(`W-${String(writer)}`, n)], context);
          // A late commit: what a reader of a plain sequence loses.
          await sql`select pg_sleep(${((writer * 7 + n * 3) % 5) / 1000})`.execute(trx);
        });
        if (n % 3 === 0) {
          const later = followFrom(log, after, { topics });
          joined.push(take(later, total).then((events) => events.map(({ id }) => id)));
        }
      }
    };
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));

    const ids: string[] = [];
    for (let at = after; ids.length < total;) {
      const page = await log.readPage({ after: at, limit: 100 });
      ids.push(...page.map(({ id }) => id));
      at = page.at(-1)?.position ?? at;
    }
    expect(new Set(ids).size).toBe(total);
    expect((await fromStart).map(({ id }) => id)).toEqual(ids);
    for (const each of joined) expect(await each).toEqual(ids);
  });

  test("a follower without a start gets no history", async () => {
    await append(ledger, log, counted("N-1", 0));
    let first: string | null = null;
    const taken = take(followFrom(log, null), 1).then(([event]) => {
      first = event === undefined ? null : labelOf(event);
    });
    for (let n = 1; first === null; n += 1) await append(ledger, log, counted("N-2", n));
    await taken;
    expect(first).toMatch(/^N-2 /);
  });

  test("followers get their topics only", async () => {
    const after = await log.head();
    const one = stockSubject(parseSku("T-1"));
    const followers = [
      followFrom(log, after, { topics: { subjects: [one] } }),
      followFrom(log, after, { topics: { customerNumbers: ["C9"] as never } }),
      followFrom(log, after, {
        topics: {
          types: ["inventory.stockCounted"],
          customerNumbers: ["C9"] as never,
          subjects: [one],
        },
      }),
    ];
    const taken = Promise.all(followers.map((follower) => take(follower, 2)));
    for (const n of [1, 2]) {
      await append(
        ledger,
        log,
        counted("T-1", n),
        counted("T-2", n, "C9"),
        counted("T-1", n + 10, "C9"),
      );
    }
    const labels = (await taken).map((events) => events.map(labelOf));
    expect(labels).toEqual([
      ["T-1 1", "T-1 11"],
      ["T-2 1", "T-1 11"],
      ["T-1 11", "T-1 12"],
    ]);
  });

  test("history longer than a page is replayed, however little may wait", async () => {
    const after = await log.head();
    await append(ledger, log, ...Array.from({ length: 450 }, (_, n) => counted("H-1", n)));
    const events = await take(followFrom(log, after, { maxPending: 1 }), 450);
    expect(events.map(labelOf)).toEqual(Array.from({ length: 450 }, (_, n) => `H-1 ${String(n)}`));
  });

  test("a slow reader gets an error with the cursor from which nothing is missed", async () => {
    const after = await log.head();
    const follower = followFrom(log, after, { maxPending: 3 });
    await append(ledger, log, counted("L-1", 0));
    expect(labelOf((await follower.next()).value as never)).toBe("L-1 0");
    const parked = follower.next(); // joins the tail
    await append(ledger, log, counted("L-1", 1));
    expect(labelOf((await parked).value as never)).toBe("L-1 1");
    await append(ledger, log, ...[2, 3, 4, 5, 6].map((n) => counted("L-1", n)));
    const error: unknown = await untilError(follower);
    expect(error).toBeInstanceOf(SlowConsumerError);
    const resumeFrom = decodeCursor((error as SlowConsumerError).cursor);
    const rest = await take(followFrom(log, resumeFrom), 5);
    expect(rest.map(labelOf)).toEqual(["L-1 2", "L-1 3", "L-1 4", "L-1 5", "L-1 6"]);
    expect(await follower.next()).toEqual({ done: true, value: undefined });
  });

  test("a follower that waits is ended by return, by its signal and by closing the log", async () => {
    const controller = new AbortController();
    const returned = followFrom(log, null);
    const aborted = followFrom(log, null, { signal: controller.signal });
    const closed = followFrom(log, null);
    const parked = [returned, aborted, closed].map((follower) => follower.next());
    await returned.return?.();
    controller.abort();
    await log.close();
    expect(await Promise.all(parked)).toEqual(Array(3).fill({ done: true, value: undefined }));
  });

  test("a follower whose signal is aborted already is over", async () => {
    const follower = followFrom(log, LOG_START, { signal: AbortSignal.abort() });
    expect(await follower.next()).toEqual({ done: true, value: undefined });
  });

  test("a cursor beyond the head is of another log", async () => {
    const beyond = String(BigInt(await log.head()) + 1000n) as Position;
    await expect(followFrom(log, beyond).next()).rejects.toThrow(CursorExpiredError);
  });

  test("the tail starts anew after everybody has left", async () => {
    const after = await log.head();
    await append(ledger, log, counted("E-1", 1));
    expect(await take(followFrom(log, after), 1)).toHaveLength(1);
    await append(ledger, log, counted("E-1", 2));
    const follower = followFrom(log, after);
    const both = take(follower, 3);
    await append(ledger, log, counted("E-1", 3));
    expect((await both).map(labelOf)).toEqual(["E-1 1", "E-1 2", "E-1 3"]);
  });

  test("a follower below what is discarded gets CURSOR_EXPIRED, never a silent gap", async () => {
    const [first, second] = await append(
      ledger,
      log,
      counted("X-1", 1),
      counted("X-1", 2),
      counted("X-1", 3),
    );
    await log.discardThrough(second as Position);
    await expect(followFrom(log, first).next()).rejects.toThrow(CursorExpiredError);
    expect((await take(followFrom(log, second), 1)).map(labelOf)).toEqual(["X-1 3"]);
  });
}

async function untilError(events: AsyncIterableIterator<unknown>): Promise<unknown> {
  try {
    for (;;) await events.next();
  } catch (error) {
    return error;
  }
}
