import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseInvoiceId,
  parseInvoiceNumber,
  parseLocalDate,
  type Invoice,
  type Money,
} from "@crossdock/domain";
import { invoiceChanged, LOG_START, orderChanged } from "@crossdock/events";
import { createOrderBook, saveSourceOrders } from "@crossdock/processes";
import type { FinanceSystem } from "@crossdock/source-contract";
import type { Feed } from "../feed.ts";
import { openBooks, type OpenBooks } from "../testing/open-books.ts";
import { sourceOrder } from "../testing/source-orders.ts";
import { financeInvoiceFeed } from "./finance-invoice.ts";

let books: OpenBooks;
let feed: Feed<Invoice>;

beforeAll(async () => {
  books = await openBooks();
  const { process, clock } = books;
  feed = financeInvoiceFeed({ finance: { name: "finance" } as FinanceSystem, process, clock });
}, 30_000);
afterAll(() => books.close());

const usd = (amount: string): Money => ({
  amount: parseDecimal(amount),
  currency: parseCurrencyCode("USD"),
});
const posted: Invoice = {
  id: parseInvoiceId("I1"),
  number: parseInvoiceNumber("SO-1000-1"),
  customerNumber: parseCustomerNumber("C10010"),
  orderNumbers: [],
  status: "POSTED",
  issuedOn: parseLocalDate("2026-11-20"),
  dueOn: parseLocalDate("2026-12-20"),
  lines: [],
  subtotal: usd("10"),
  tax: usd("0"),
  freight: null,
  total: usd("10"),
  balance: usd("10"),
  payments: [],
  creditMemos: [],
  modifiedAt: parseInstant("2026-11-21T08:00:00Z"),
};
const at = (minute: number) => parseInstant(`2026-11-21T08:${String(minute).padStart(2, "0")}:00Z`);
const paid = (...amounts: string[]): Pick<Invoice, "payments"> => ({
  payments: amounts.map((amount, nth) => ({
    id: `P${String(nth)}`,
    amount: usd(amount),
    receivedOn: parseLocalDate("2026-11-21"),
    reference: null,
  })),
});

/** As a webhook or a sweep brings it. @returns what has been told since */
async function tell(invoice: Invoice, history = false): Promise<readonly string[]> {
  const after = await books.eventLog.head();
  await books.ledger.transaction((trx) =>
    feed.record(trx, [invoice], { history, correlationId: "test" }),
  );
  const events = await books.eventLog.readPage({ after, limit: 100 });
  return events.map(({ data }) => invoiceChanged.parse(data).change);
}

test("what was there before we listened is no news", async () => {
  expect(await tell({ ...posted, id: parseInvoiceId("I0") }, true)).toEqual([]);
  expect(await books.eventLog.readPage({ after: LOG_START, limit: 1 })).toEqual([]);
});

test("a bill and each payment of it are told once, however often webhook and sweep bring them", async () => {
  const first: Invoice = {
    ...posted,
    ...paid("1"),
    status: "PARTIALLY_PAID",
    modifiedAt: at(1),
  };
  const second: Invoice = { ...first, ...paid("1", "2"), modifiedAt: at(2) };
  const last: Invoice = { ...first, ...paid("1", "2", "7"), status: "PAID", modifiedAt: at(3) };
  expect(await tell(posted)).toEqual(["ISSUED"]);
  expect(await tell(posted)).toEqual([]);
  expect(await tell(first)).toEqual(["PARTIALLY_PAID"]);
  expect(await tell(second)).toEqual(["PARTIALLY_PAID"]);
  expect(await tell(second)).toEqual([]);
  expect(await tell(first)).toEqual([]);
  expect(await tell(last)).toEqual(["PAID"]);
  expect(await tell(last)).toEqual([]);
});

test("a late look brings nothing back", async () => {
  const id = parseInvoiceId("I2");
  const paidOff: Invoice = { ...posted, id, ...paid("10"), status: "PAID", modifiedAt: at(5) };
  expect(await tell(paidOff)).toEqual(["PAID"]);
  expect(await tell({ ...posted, id })).toEqual([]);
  expect(await tell(paidOff)).toEqual([]);
});

test("a bill for an order that was entered in the ERP makes it INVOICED, and is told of the order too", async () => {
  const order = sourceOrder("SO-3000", { status: "SHIPPED" });
  const { ledger, eventLog, clock } = books;
  await ledger.transaction((trx) => saveSourceOrders(trx, [order], clock.now()));
  const bill = { ...posted, id: parseInvoiceId("I3"), orderNumbers: [order.number] };
  const told = async () => {
    const after = await eventLog.head();
    await ledger.transaction((trx) =>
      feed.record(trx, [bill], { history: false, correlationId: "test" }),
    );
    const events = await eventLog.readPage({ after, limit: 100 });
    return events.map(({ type, customerNumber }) => [type, customerNumber]);
  };
  expect(await told()).toEqual([
    [invoiceChanged.type, "C10010"],
    [orderChanged.type, "C10010"],
  ]);
  expect(await told()).toEqual([]);
  // The ERP, which does not know of the bill, goes on showing it as sent.
  await ledger.transaction((trx) =>
    saveSourceOrders(trx, [{ ...order, modifiedAt: at(9) }], clock.now()),
  );
  const [record] = await createOrderBook(ledger).readOrdersByNumber([order.number]);
  expect(record?.status).toBe("INVOICED");
});
