import {
  instantOf,
  parseDecimal,
  parseReceiptId,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type Receipt,
  type ReceiptId,
} from "@crossdock/domain";
import { exceptionRaised } from "@crossdock/events";
import { createReceiptBook } from "@crossdock/processes";
import type { WmsSystem } from "@crossdock/source-contract";
import { openBooks, type OpenBooks } from "../testing/open-books.ts";
import { wmsReceiptFeed } from "./wms-receipt.ts";

const WAIT_MS = 8_000;
const SKU = parseSku("NG-1");
const each = (digits: number) => quantity(parseDecimal(String(digits)), parseUomCode("EA"));

/** A warehouse that a test moves; it lists two open receipts at a time. */
function warehouse() {
  const receipts = new Map<ReceiptId, Receipt>();
  let clockMs = Date.parse("2026-11-21T08:00:00Z");
  const asked = { pages: 0, ids: [] as (readonly ReceiptId[])[] };
  const isOpen = ({ status }: Receipt) => status === "ANNOUNCED" || status === "ARRIVED";
  const system: {
    name: string;
    receipts: Pick<WmsSystem["receipts"], "listOpenReceipts" | "readReceipts">;
  } = {
    name: "wms",
    receipts: {
      listOpenReceipts: (after) => {
        asked.pages += 1;
        const from = Number(after ?? 0);
        const open = [...receipts.values()].filter(isOpen);
        const next = from + 2 < open.length ? String(from + 2) : null;
        return Promise.resolve({ items: open.slice(from, from + 2), next });
      },
      readReceipts: (ids) => {
        asked.ids.push(ids);
        return Promise.resolve(ids.map((id) => receipts.get(id) ?? null));
      },
    },
  };
  return {
    asked,
    system,
    put(id: string, status: Receipt["status"], stowed = 0) {
      clockMs += 1_000;
      const receipt: Receipt = {
        id: parseReceiptId(id),
        warehouse: parseWarehouseCode("EAST"),
        purchaseOrder: null,
        key: null,
        status,
        expectedOn: null,
        lines: [{ sku: SKU, expected: each(10), received: each(stowed), stowed: each(stowed) }],
        modifiedAt: instantOf(new Date(clockMs)),
      };
      receipts.set(receipt.id, receipt);
    },
  };
}

let books: OpenBooks;
let wms: ReturnType<typeof warehouse>;
let feed: ReturnType<typeof openFeed>;
beforeAll(async () => {
  books = await openBooks();
}, 60_000);
beforeEach(async () => {
  for (const table of ["inbound_stock", "receipt_book", "exceptions"] as const) {
    await books.ledger.db.deleteFrom(table).execute();
  }
  wms = warehouse();
  feed = openFeed();
});
afterAll(() => books.close());

function openFeed() {
  const { ledger, process, clock } = books;
  const system = wms.system as Pick<WmsSystem, "name" | "receipts">;
  return wmsReceiptFeed({ wms: system, book: createReceiptBook(ledger), process, clock });
}

/** @returns how many receipts were news */
async function sweep(history = false): Promise<number> {
  let [after, news]: [string | null, number] = [null, 0];
  do {
    const query = { since: history ? null : instantOf(new Date(0)), after };
    const page: Awaited<ReturnType<typeof feed.listChanged>> = await feed.listChanged(
      query,
      AbortSignal.timeout(WAIT_MS),
    );
    news += page.items.length;
    await books.ledger.transaction((trx) =>
      feed.record(trx, page.items, { history, correlationId: "test" }),
    );
    after = page.next;
  } while (after !== null);
  return news;
}

async function raised(work: () => Promise<unknown>): Promise<number> {
  const after = await books.eventLog.head();
  await work();
  const page = await books.eventLog.readPage({ after, limit: 100, types: [exceptionRaised.type] });
  return page.length;
}

const inbound = async () => {
  const [found = []] = await createReceiptBook(books.ledger).readInbound([SKU]);
  return found.map(({ receiptId, quantity: left }) => `${receiptId} ${left.value}`);
};

test("everything that is open is in the book after a sweep, and is news once", async () => {
  for (const id of ["1", "2", "3"]) wms.put(id, "ANNOUNCED");
  expect(await sweep()).toBe(3);
  expect(await inbound()).toEqual(["1 10", "2 10", "3 10"]);
  expect(await sweep()).toBe(0);
  expect(wms.asked).toEqual({ pages: 4, ids: [] });
});

test("what the warehouse is done with is read once more, and is awaited no longer", async () => {
  for (const id of ["1", "2", "3"]) wms.put(id, "ANNOUNCED");
  await sweep();
  wms.put("1", "ARRIVED", 4);
  wms.put("3", "RECEIVED", 10);
  expect(await raised(() => sweep())).toBe(0);
  expect(wms.asked.ids).toEqual([["3"]]);
  expect(await inbound()).toEqual(["1 6", "2 10"]);
  wms.put("2", "CANCELLED");
  expect(await raised(() => sweep())).toBe(0);
  expect(await inbound()).toEqual(["1 6"]);
});

test("a difference waits for a person once, whoever looks again", async () => {
  wms.put("1", "ANNOUNCED");
  await sweep();
  wms.put("1", "RECEIVED", 9);
  expect(await raised(() => sweep())).toBe(1);
  feed = openFeed();
  expect(await raised(() => sweep())).toBe(0);
  const again = await feed.readAgain(["1"], AbortSignal.timeout(WAIT_MS));
  const record = () =>
    books.ledger.transaction((trx) =>
      feed.record(trx, again, { history: false, correlationId: "test" }),
    );
  expect(await raised(record)).toBe(0);
  const rows = await books.ledger.db.selectFrom("exceptions").select(["code", "subject"]).execute();
  expect(rows).toEqual([{ code: "RECEIPT_DISCREPANCY", subject: "receipt:1" }]);
});

test("what was there before anybody listened is no news, but for what becomes of it", async () => {
  wms.put("1", "ARRIVED", 4);
  expect(await raised(() => sweep(true))).toBe(0);
  expect(await inbound()).toEqual(["1 6"]);
  wms.put("1", "RECEIVED", 4);
  expect(await raised(() => sweep())).toBe(1);
});
