import { parseSku, stockSubject, type CustomerNumber, type Subject } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type { TestLedger } from "@crossdock/ledger/testing";
import { createFixedClock, createLogger, createMetrics } from "@crossdock/runtime";
import { z } from "zod";
import { defineEvent, earlierVersion } from "../define-event.ts";
import { createEventLog, type EventLog } from "../event-log.ts";
import { createEventQuarantine, type EventQuarantine } from "../event-quarantine.ts";
import type { Position } from "../position.ts";
import { append, counted, followFrom, labelOf, NOON, openLog, take } from "./log-fixture.ts";
import { stockCounted } from "./stock-counted.ts";

/** The same type, later: it says who counted as well. */
const stockCountedBy = defineEvent({
  ...stockCounted,
  version: 2,
  data: z.object({ sku: z.string().transform(parseSku), counted: z.string(), by: z.string() }),
  subjectOf: ({ sku }) => stockSubject(sku),
  earlier: [
    earlierVersion({
      version: 1,
      data: z.object({ sku: z.string(), counted: z.string().regex(/^\d+$/) }),
      upgrade: (data) => ({ ...data, by: "nobody" }),
    }),
  ],
});

/** What cannot be read, on either store. */
export function quarantineSuite(open: () => Promise<TestLedger>): void {
  let opened: TestLedger;
  let ledger: Ledger;
  let log: EventLog;
  let quarantine: EventQuarantine;
  const clock = createFixedClock(NOON);

  beforeAll(async () => {
    opened = await open();
    ledger = opened.ledger;
  });
  beforeEach(() => {
    log = openLog(ledger);
    quarantine = createEventQuarantine({
      ledger,
      eventLog: log,
      definitions: [stockCounted],
      clock,
    });
  });
  afterEach(() => log.close());
  afterAll(() => opened.close());

  /** As if it had been written before its schema was. */
  const spoil = async (position: Position | undefined, data: object) => {
    await ledger.db
      .updateTable("events")
      .set({ data: JSON.stringify(data) })
      .where("position", "=", String(position))
      .execute();
  };
  const subjects = (sku: string): { readonly subjects: readonly Subject[] } => ({
    subjects: [stockSubject(parseSku(sku))],
  });

  test("an event that cannot be read is passed over by pages and followers alike, and nobody's stream ends", async () => {
    const after = await log.head();
    const [, second] = await append(
      ledger,
      log,
      counted("B-1", 1),
      counted("B-1", 2),
      counted("B-1", 3),
    );
    await spoil(second, { sku: "B-1", counted: "many" });
    const page = await log.readPage({ after, limit: 2, ...subjects("B-1") });
    expect(page.map(labelOf)).toEqual(["B-1 1", "B-1 3"]);
    const followers = Array.from({ length: 5 }, () => take(followFrom(log, after), 2));
    for (const followed of followers) {
      expect((await followed).map(labelOf)).toEqual(["B-1 1", "B-1 3"]);
    }
  });

  test("it is written down once, however many read it, with what does not fit", async () => {
    const metrics = createMetrics();
    const counting = createEventLog({
      ledger,
      clock,
      logger: createLogger({ name: "test", level: "silent" }),
      definitions: [stockCounted],
      metrics,
    });
    const after = await log.head();
    const [first] = await append(ledger, log, counted("O-1", 1));
    await spoil(first, { sku: "O-1", counted: "few" });
    await Promise.all(Array.from({ length: 8 }, () => counting.readPage({ after, limit: 5 })));
    await counting.close();
    const waiting = await quarantine.list({ limit: 100, customers: "all" });
    const [found] = waiting.filter(({ event }) => event.position === first);
    expect(found).toMatchObject({
      event: { data: { counted: "few" }, type: "inventory.stockCounted" },
    });
    expect(found?.reason).toContain("counted");
    expect(await metrics.metrics()).toContain(
      'crossdock_events_quarantined_total{type="inventory.stockCounted"} 1',
    );
  });

  test("a follower at the tail gets what comes after an event that cannot be read", async () => {
    const after = await log.head();
    const follower = followFrom(log, after);
    await append(ledger, log, counted("T-1", 0));
    expect(labelOf((await follower.next()).value as never)).toBe("T-1 0");
    const parked = follower.next();
    await ledger.transaction(async (trx) => {
      const context = { correlationId: "test", causationId: null, tenant: null };
      const [bad] = log.rowsOf([counted("T-1", 1)], context);
      if (bad === undefined) throw new Error("There is one row.");
      await log.appendRows(trx, [
        { ...bad, data: { sku: "T-1" } },
        ...log.rowsOf([counted("T-1", 2)], context),
      ]);
    });
    expect(labelOf((await parked).value as never)).toBe("T-1 2");
    await follower.return?.();
  });

  test("released with data that fits, it comes at the end of the log, once, to whoever reads from wherever", async () => {
    const after = await log.head();
    const [first] = await append(ledger, log, counted("R-1", 1), counted("R-1", 2));
    await spoil(first, { sku: "R-1", counted: "?" });
    const live = take(followFrom(log, after), 2);
    await log.readPage({ after, limit: 5 });
    const event = (await quarantine.list({ limit: 100, customers: "all" })).find(
      (waiting) => waiting.event.position === first,
    )?.event;
    if (event === undefined) throw new Error("It is in quarantine.");
    const release = (data?: unknown) =>
      ledger.transaction((trx) =>
        quarantine.release(trx, event.id, { data, by: "op", customers: "all" }),
      );

    expect(await release()).toMatchObject({ kind: "refused" });
    expect(await release({ sku: "R-1" })).toMatchObject({ kind: "refused" });
    expect(await release({ sku: "R-1", counted: "1" })).toMatchObject({ kind: "released" });
    expect(await release({ sku: "R-1", counted: "1" })).toMatchObject({ kind: "refused" });
    expect((await live).map(labelOf)).toEqual(["R-1 2", "R-1 1"]);
    const page = await log.readPage({ after, limit: 5, ...subjects("R-1") });
    expect(page.map(labelOf)).toEqual(["R-1 2", "R-1 1"]);
    expect(page[1]).toMatchObject({ causationId: event.id, time: NOON, sequence: 3 });
    expect(
      (await quarantine.list({ limit: 100, customers: "all" })).map((waiting) => waiting.event.id),
    ).not.toContain(event.id);
  });

  test("somebody else's event is neither listed nor released", async () => {
    const after = await log.head();
    const [first] = await append(ledger, log, counted("S-1", 1, "C1"));
    await spoil(first, { sku: "S-1", counted: "?" });
    await log.readPage({ after, limit: 5 });
    const seenBy = async (customer: string) => {
      const customers = [customer as CustomerNumber];
      const [found] = await quarantine.list({ limit: 5, customers });
      return found?.event;
    };
    const event = await seenBy("C1");
    expect(event?.position).toBe(first);
    expect(await seenBy("C2")).toBeUndefined();
    const outcome = await ledger.transaction((trx) =>
      quarantine.release(trx, String(event?.id), {
        data: { sku: "S-1", counted: "1" },
        by: "op",
        customers: ["C2" as CustomerNumber],
      }),
    );
    expect(outcome).toEqual({ kind: "absent" });
  });

  test("nothing is released that is not in quarantine", async () => {
    const outcome = await ledger.transaction((trx) =>
      quarantine.release(trx, "01J00000000000000000000000", { by: "op", customers: "all" }),
    );
    expect(outcome).toEqual({ kind: "absent" });
  });

  test("an event of an earlier version reads as the present one", async () => {
    const after = await log.head();
    await append(ledger, log, counted("V-1", 7));
    const later = createEventLog({
      ledger,
      clock,
      logger: createLogger({ name: "test", level: "silent" }),
      definitions: [stockCountedBy],
    });
    const [event] = await later.readPage({ after, limit: 5 });
    await later.close();
    expect(event).toMatchObject({
      version: 2,
      dataschema: "urn:crossdock:event:inventory.stockCounted:2",
      data: { sku: "V-1", counted: "7", by: "nobody" },
    });
    expect(event !== undefined && stockCountedBy.is(event)).toBe(true);
  });

  test("a later version than this process knows is given as it is, and no definition takes it", async () => {
    const after = await log.head();
    const later = createEventLog({
      ledger,
      clock,
      logger: createLogger({ name: "test", level: "silent" }),
      definitions: [stockCountedBy],
    });
    const data = { sku: parseSku("V-2"), counted: "1", by: "Ann" };
    await append(ledger, later, stockCountedBy.create(data));
    await later.close();
    const [event] = await log.readPage({ after, limit: 5 });
    expect(event).toMatchObject({ version: 2, data });
    expect(event !== undefined && stockCounted.is(event)).toBe(false);
    expect(await quarantine.list({ limit: 100, customers: "all" })).not.toContainEqual(
      expect.objectContaining({ event: expect.objectContaining({ id: event?.id }) }),
    );
  });
}
