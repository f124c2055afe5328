import type { Ledger } from "@crossdock/ledger";
import type { TestLedger } from "@crossdock/ledger/testing";
import type { EventLog } from "../event-log.ts";
import { append, counted, followFrom, labelOf, openLog, take } from "./log-fixture.ts";

/** Who is told of an event before anybody has it, on either store. */
export function witnessSuite(open: () => Promise<TestLedger>): void {
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

  test("a witness has every event before a live follower, one that catches up, and a reader of pages", async () => {
    const start = await log.head();
    await append(ledger, log, counted("OLD", 1));
    const witnessed: string[] = [];
    const leave = await log.witness((event) => witnessed.push(labelOf(event)));
    const seenBefore: boolean[] = [];
    const check = async (count: number, from: AsyncIterable<Parameters<typeof labelOf>[0]>) => {
      let left = count;
      for await (const event of from) {
        if (labelOf(event) !== "OLD 1") seenBefore.push(witnessed.includes(labelOf(event)));
        if ((left -= 1) === 0) return;
      }
    };

    const live = check(20, followFrom(log, await log.head()));
    for (let n = 0; n < 20; n += 1) {
      await append(ledger, log, counted("NEW", n));
      // At the end of the log before the tail has come so far.
      const page = await log.readPage({ after: start, limit: 100 });
      seenBefore.push(...page.slice(1).map((event) => witnessed.includes(labelOf(event))));
      if (n % 5 === 0) await check(n + 2, followFrom(log, start));
    }
    await live;
    leave();
    expect(seenBefore.length).toBeGreaterThan(230);
    expect(seenBefore).not.toContain(false);
    expect(witnessed).not.toContain("OLD 1");
  });

  test("who has left is told nothing more", async () => {
    const witnessed: string[] = [];
    const leave = await log.witness((event) => witnessed.push(labelOf(event)));
    const after = await log.head();
    await append(ledger, log, counted("LEFT", 1));
    await take(followFrom(log, after), 1);
    leave();
    await append(ledger, log, counted("LEFT", 2));
    await take(followFrom(log, after), 2);
    expect(new Set(witnessed)).toEqual(new Set(["LEFT 1"]));
  });
}
