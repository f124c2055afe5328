import { parseInstant, type Instant, type Invoice } from "@crossdock/domain";
import { openBooks, type OpenBooks } from "./testing/books.ts";
import { draftOf } from "./testing/drafts.ts";
import { createXeroSystem } from "./xero-system.ts";

let books: OpenBooks;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

const signal = () => AbortSignal.timeout(15_000);
const feedOf = (pageRows: number) => createXeroSystem({ ...books.options, feedPageRows: pageRows });

/** Reads to the end; `between` may meddle after each page. */
async function readAll(
  pageRows: number,
  since: Instant | null,
  between: (page: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<Invoice[]> {
  const { invoices, close } = feedOf(pageRows);
  const items: Invoice[] = [];
  let after: string | null = null;
  let pages = 0;
  do {
    const page = await invoices.listChangedInvoices({ since, after }, signal());
    items.push(...page.items);
    after = page.next;
    pages += 1;
    await between(pages);
  } while (after !== null);
  await close();
  return items;
}

test("from the start it tells of every sales invoice, oldest change first", async () => {
  const items = await readAll(1_000, null);
  expect(new Set(items.map(({ number }) => number)).size).toBe(await books.count());
  const changes = items.map(({ modifiedAt }) => modifiedAt);
  const backwards = changes.filter((at, nth) => at < (changes[nth - 1] ?? at));
  // A page repeats the last second of the one before it, and goes no further back.
  expect(backwards.length).toBeLessThanOrEqual(Math.ceil(items.length / 1_000));
});

test("it goes on through more records of one second than fit on a page", async () => {
  const since = parseInstant("2026-11-14T17:00:00.000Z");
  const whole = await readAll(1_000, since);
  const paged = await readAll(3, since);
  expect(whole.length).toBeGreaterThan(6);
  expect(new Set(paged.map(({ number }) => number))).toEqual(
    new Set(whole.map(({ number }) => number)),
  );
});

test("an invoice that changes between two pages makes no other one fall through", async () => {
  const since = parseInstant("2026-11-14T17:00:00.000Z");
  const before = await readAll(1_000, since);
  expect(before.length).toBeGreaterThan(12);
  const seen = await readAll(4, since, async (page) => {
    const touched = before[page - 1]?.number;
    if (page > 3 || touched === undefined) return;
    const Invoices = [{ InvoiceNumber: touched, SentToContact: false }];
    await books.book("POST", "/Invoices", { Invoices });
  });
  const numbers = new Set(seen.map(({ number }) => number));
  expect(before.filter(({ number }) => !numbers.has(number))).toEqual([]);
});

test("since is inclusive: the invoice of that very instant is told", async () => {
  const outcome = await books.system.invoices.createInvoice(draftOf("SO-0200001-1"), "k", signal());
  if (outcome.kind !== "done") throw new Error(outcome.message);
  const items = await readAll(50, outcome.document.modifiedAt);
  expect(items.map(({ number }) => number)).toContain("SO-0200001-1");
  expect(items.find(({ number }) => number === "SO-0200001-1")?.lines).toHaveLength(2);
});

test("a cursor of another feed is refused", async () => {
  const query = { since: null, after: "42" };
  await expect(books.system.invoices.listChangedInvoices(query, signal())).rejects.toThrow("after");
});
