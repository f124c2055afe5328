import { instantOf, parseInstant, type Difference } from "@crossdock/domain";
import { createExceptionBook } from "@crossdock/processes";
import { systemClock } from "@crossdock/runtime";
import type { Comparison } from "./comparison.ts";
import { MAX_SINGLE_EXCEPTIONS, settleFindings } from "./mismatch-findings.ts";
import { createReconciliationBook } from "./reconciliation-book-postgres.ts";
import { createReconciler } from "./reconciler.ts";
import { createRunLog, LeaseLostError, type RunLog } from "./run-log.ts";
import { logger, openBooks, stockDifference, type OpenBooks } from "./testing/open-books.ts";

const AT = parseInstant("2026-11-22T02:00:00Z");
const DONE_MS = 20_000;
const { signal } = new AbortController();

let books: OpenBooks;
let log: RunLog;
beforeAll(async () => {
  books = await openBooks();
}, 60_000);
beforeEach(async () => {
  for (const table of ["mismatch_findings", "exceptions", "reconciliations"] as const) {
    await books.ledger.db.deleteFrom(table).execute();
  }
  log = createRunLog(books.ledger);
});
afterAll(() => books.close());

const book = () => createReconciliationBook(books.ledger);
const open = (dueAt: typeof AT | null = null) =>
  log.open({ scope: "INVENTORY", startedBy: "ops", at: systemClock.now(), dueAt });

describe("runs", () => {
  test("of a scope there is one at a time, over all processes", async () => {
    const first = await open();
    const other = await createRunLog(books.ledger).open({
      scope: "INVENTORY",
      startedBy: "somebody else",
      at: AT,
      dueAt: null,
    });
    expect(other).toEqual(first);
    expect(await log.claim()).toMatchObject({ run: { id: first?.id } });
    expect(await createRunLog(books.ledger).claim()).toBeNull();
  });

  test("a moment of the schedule is run once, also by a process that comes late", async () => {
    const first = await open(AT);
    await log.claim();
    await log.finish(first?.id ?? "", "DONE", AT);
    expect(await open(AT)).toBeNull();
    expect(await open(parseInstant("2026-11-23T02:00:00Z"))).not.toBeNull();
  });

  test("who lost the lease writes nothing more", async () => {
    const run = await open();
    const id = run?.id ?? "";
    await log.claim();
    await log.letGo(id, 0, false);
    const other = createRunLog(books.ledger);
    await other.claim();
    await expect(log.beat(id, { compared: 1 })).rejects.toThrow(LeaseLostError);
    const late = { position: null, compared: 1, unsettled: 0, found: [stockDifference("NG-1")] };
    await expect(log.checkpoint(id, late)).rejects.toThrow(LeaseLostError);
    expect(await book().listMismatches(id, { first: 10, after: 0 })).toEqual([]);
  });

  test("what is found again after a kill is kept once, in the order of finding", async () => {
    const { id = "" } = (await open()) ?? {};
    await log.claim();
    const at = (position: number, ...found: readonly Difference[]) =>
      log.checkpoint(id, { position, compared: position, unsettled: 0, found });
    await at(1, stockDifference("NG-1"), stockDifference("NG-2"));
    await at(2, stockDifference("NG-2"), stockDifference("NG-3"));
    const found = await book().listMismatches(id, { first: 10, after: 0 });
    expect(found.map(({ sequence, key }) => `${String(sequence)} ${key}`)).toEqual([
      "1 NG-1@EAST",
      "2 NG-2@EAST",
      "3 NG-3@EAST",
    ]);
    expect(await book().readReconciliation(id)).toMatchObject({ mismatchCount: 3, compared: 2 });
  });

  test("a run that a process left half way is gone on with from its checkpoint by another", async () => {
    const { id = "" } = (await open()) ?? {};
    const seen: number[] = [];
    const comparison = (until: AbortController | null): Comparison => ({
      scope: "INVENTORY",
      count: () => Promise.resolve(4),
      nextPage: (position) => {
        const page = Number((position as { readonly page: number } | null)?.page ?? 0);
        seen.push(page);
        if (page === 2) until?.abort();
        until?.signal.throwIfAborted();
        const next = page === 3 ? null : { page: page + 1 };
        return Promise.resolve({ compared: 1, suspects: [`NG-${String(page)}@EAST`], next });
      },
      look: (keys) => Promise.resolve(keys.map((key) => stockDifference(key.split("@")[0] ?? ""))),
    });
    const reconcilerOver = (until: AbortController | null) =>
      createReconciler({
        log: createRunLog(books.ledger),
        comparisonOf: () => comparison(until),
        settle: () => Promise.resolve(),
        conclude: () => Promise.resolve(),
        clock: systemClock,
        logger,
        pagesPerBunch: 1,
      });
    const killed = reconcilerOver(new AbortController());
    killed.start();
    await until(() => seen.includes(2));
    await killed.stop();
    expect(await book().readReconciliation(id)).toMatchObject({ status: "RUNNING", compared: 2 });
    await books.ledger.db.updateTable("reconciliations").set({ leased_until: null }).execute();
    const other = reconcilerOver(null);
    other.start();
    await until(async () => (await book().readReconciliation(id))?.status === "DONE");
    await other.stop();
    expect(seen).toEqual([0, 1, 2, 2, 3]);
    expect(await book().readReconciliation(id)).toMatchObject({ compared: 4, mismatchCount: 4 });
  });
});

describe("findings", () => {
  const deps = () => ({ ledger: books.ledger, process: books.process, clock: systemClock });
  const run = async (...found: readonly Difference[]) => {
    const { id = "" } = (await open()) ?? {};
    await log.claim();
    await log.checkpoint(id, { position: null, compared: 1, unsettled: 0, found });
    await settleFindings(deps(), { id, scope: "INVENTORY" }, signal);
    await log.finish(id, "DONE", instantOf(new Date()));
    return id;
  };
  const exceptions = async (isOpen: boolean) => {
    const { exceptions: page } = await createExceptionBook(books.ledger).listExceptions({
      customerNumbers: "all",
      isOpen,
      first: 100,
      after: null,
    });
    return page.map(({ record }) => record);
  };

  test("what is found comes before a person once, and closes when a later run finds it gone", async () => {
    const id = await run(stockDifference("NG-1"), stockDifference("NG-2"));
    const opened = await exceptions(true);
    expect(opened.map(({ code, owner, subject }) => `${code} ${owner} ${subject}`)).toEqual([
      "STOCK_MISMATCH warehouse mismatch:INVENTORY/stock:NG-2@EAST",
      "STOCK_MISMATCH warehouse mismatch:INVENTORY/stock:NG-1@EAST",
    ]);
    const [mismatch] = await book().listMismatches(id, { first: 1, after: 0 });
    expect(mismatch?.exceptionId).toBe(opened[1]?.id);
    await run(stockDifference("NG-2"));
    expect((await exceptions(true)).map((each) => each.id)).toEqual([opened[0]?.id]);
    expect(await exceptions(false)).toMatchObject([
      { id: opened[1]?.id, closed: { resolution: "CORRECTED", by: "reconciliation" } },
    ]);
  });

  test("what a person let be is not told again, until the systems say something else", async () => {
    await run(stockDifference("NG-1"));
    const [opened] = await exceptions(true);
    await books.ledger.db
      .updateTable("exceptions")
      .set({ resolved_at: AT, resolution: "IGNORED", resolved_by: "ops", note: "Known." })
      .where("id", "=", opened?.id ?? "")
      .execute();
    await run(stockDifference("NG-1"));
    expect(await exceptions(true)).toEqual([]);
    await run(stockDifference("NG-1", { right: "5 EA" }));
    expect(await exceptions(true)).toHaveLength(1);
  });

  test("too many have one cause: they come before a person as one, until they are few again", async () => {
    const many = Array.from({ length: MAX_SINGLE_EXCEPTIONS + 1 }, (_, at) =>
      stockDifference(`NG-${String(at)}`),
    );
    const id = await run(...many);
    expect(await exceptions(true)).toMatchObject([
      { code: "RECONCILIATION_SYSTEMIC", owner: "operator", payload: { mismatches: many.length } },
    ]);
    expect(await book().readReconciliation(id)).toMatchObject({ mismatchCount: many.length });
    await run(stockDifference("NG-1"));
    expect((await exceptions(true)).map(({ code }) => code)).toEqual(["STOCK_MISMATCH"]);
  });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = Date.now() + DONE_MS;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error("It does not come to hold.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
