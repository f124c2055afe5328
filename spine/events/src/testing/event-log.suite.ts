import { stockSubject, parseSku } from "@crossdock/domain";
import type { CustomerNumber, Subject } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type { TestLedger } from "@crossdock/ledger/testing";
import { CursorExpiredError, InvalidEventDataError, UnknownEventTypeError } from "../errors.ts";
import type { EventLog } from "../event-log.ts";
import { LOG_START } from "../position.ts";
import type { Position } from "../position.ts";
import { append, counted, labelOf, NOON, openLog } from "./log-fixture.ts";
import { stockCounted } from "./stock-counted.ts";

/** Appending and reading, on either store. */
export function eventLogSuite(open: () => Promise<TestLedger>): void {
  let opened: TestLedger;
  let ledger: Ledger;
  let log: EventLog;

  beforeAll(async () => {
    opened = await open();
    ledger = opened.ledger;
    log = openLog(ledger);
  });
  afterAll(async () => {
    await log.close();
    await opened.close();
  });

  const subject = (sku: string): Subject => stockSubject(parseSku(sku));

  test("an appended event reads back with its CloudEvents attributes", async () => {
    const context = {
      correlationId: "request-1",
      causationId: "command-1",
      tenant: "C1" as CustomerNumber,
    };
    const [position] = await ledger.transaction((trx) =>
      log.append(trx, [counted("A-1", 4)], context),
    );
    const [event] = await log.readPage({ after: LOG_START, limit: 10, subjects: [subject("A-1")] });
    expect(event).toEqual({
      specversion: "1.0",
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      source: "/crossdock",
      type: "inventory.stockCounted",
      version: 1,
      dataschema: "urn:crossdock:event:inventory.stockCounted:1",
      subject: "stock:A-1",
      time: NOON,
      recordedAt: NOON,
      position,
      sequence: 1,
      customerNumber: "C1",
      correlationId: "request-1",
      causationId: "command-1",
      traceparent: null,
      data: { sku: "A-1", counted: "4" },
    });
    expect(event !== undefined && stockCounted.is(event) ? event.data.counted : null).toBe("4");
  });

  test("events of one append keep their order, and each subject counts its own without a gap", async () => {
    const aborted = ledger.transaction(async (trx) => {
      await log.append(trx, [counted("S-1", 0)], {
        correlationId: "x",
        causationId: null,
        tenant: null,
      });
      throw new Error("rolled back");
    });
    await expect(aborted).rejects.toThrow("rolled back");
    const positions = await append(
      ledger,
      log,
      counted("S-1", 1),
      counted("S-2", 1),
      counted("S-1", 2),
    );
    await append(ledger, log, counted("S-1", 3));
    const page = await log.readPage({
      after: LOG_START,
      limit: 10,
      subjects: [subject("S-1"), subject("S-2")],
    });
    expect(page.map((event) => [labelOf(event), event.sequence])).toEqual([
      ["S-1 1", 1],
      ["S-2 1", 1],
      ["S-1 2", 2],
      ["S-1 3", 3],
    ]);
    expect(page.slice(0, 3).map(({ position }) => position)).toEqual(positions);
  });

  test("an event of another type and data that does not fit are refused, with the whole append", async () => {
    const head = await log.head();
    const other = { ...counted("R-1", 1), type: "inventory.stockLost" };
    const wrong = { ...counted("R-1", 1), data: { sku: "R-1", counted: "-3" } };
    await expect(append(ledger, log, counted("R-1", 1), other)).rejects.toThrow(
      UnknownEventTypeError,
    );
    await expect(append(ledger, log, counted("R-1", 1), wrong)).rejects.toThrow(
      InvalidEventDataError,
    );
    expect(await log.head()).toBe(head);
  });

  test("a page holds what every given list matches, and an empty list matches nothing", async () => {
    const after = await log.head();
    await append(
      ledger,
      log,
      counted("P-1", 1, "C1"),
      counted("P-2", 1, "C2"),
      counted("P-1", 2),
      counted("P-1", 3, "C2"),
    );
    const labels = async (topics: object) =>
      (await log.readPage({ after, limit: 10, ...topics })).map(labelOf);
    const [c1, c2] = ["C1", "C2"] as CustomerNumber[];
    expect(await labels({})).toEqual(["P-1 1", "P-2 1", "P-1 2", "P-1 3"]);
    expect(await labels({ customerNumbers: [c2] })).toEqual(["P-2 1", "P-1 3"]);
    expect(await labels({ subjects: [subject("P-1")], customerNumbers: [c1, c2] })).toEqual([
      "P-1 1",
      "P-1 3",
    ]);
    expect(await labels({ types: ["inventory.stockCounted"], subjects: [subject("P-2")] })).toEqual(
      ["P-2 1"],
    );
    expect(await labels({ types: ["inventory.other"] })).toEqual([]);
    expect(await labels({ customerNumbers: [] })).toEqual([]);
  });

  test("pages joined by their last position are the log, once each", async () => {
    const after = await log.head();
    await append(ledger, log, ...Array.from({ length: 7 }, (_, index) => counted("Q-1", index)));
    const labels: string[] = [];
    for (let at = after, more = true; more;) {
      const page = await log.readPage({ after: at, limit: 3 });
      labels.push(...page.map(labelOf));
      more = page.length === 3;
      at = page.at(-1)?.position ?? at;
    }
    expect(labels).toEqual([0, 1, 2, 3, 4, 5, 6].map((count) => `Q-1 ${String(count)}`));
  });

  test("reading from before what was discarded is an error, from there on it is not", async () => {
    const [first, second] = await append(
      ledger,
      log,
      counted("D-1", 1),
      counted("D-1", 2),
      counted("D-1", 3),
    );
    await log.discardThrough(second as Position);
    await expect(log.readPage({ after: first as Position, limit: 10 })).rejects.toThrow(
      CursorExpiredError,
    );
    const rest = await log.readPage({ after: second as Position, limit: 10 });
    expect(rest.map(labelOf)).toEqual(["D-1 3"]);
    await append(ledger, log, counted("D-1", 4));
    const [, fourth] = await log.readPage({ after: second as Position, limit: 10 });
    expect(fourth?.sequence).toBe(4);
  });

  test("the head survives discarding everything", async () => {
    const head = await log.head();
    await log.discardThrough(head);
    expect(await log.head()).toBe(head);
  });
}
