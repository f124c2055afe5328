import { held, parseIdempotencyKey, submitOrder } from "@crossdock/commands";
import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseInvoiceId,
  parseLocalDate,
  type AcceptanceHoldCode,
  type Customer,
  type Invoice,
  type OrderDraft,
  type OrderId,
} from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { openTestLedger } from "@crossdock/ledger/testing";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import { createCustomerBook, saveCustomers } from "./customer-book-postgres.ts";
import { HISTORY_READ } from "./history.ts";
import { releaseWhatMayGo, type HoldReleaseDeps } from "./hold-release.ts";
import { createInvoiceBook, saveInvoices } from "./invoice-book-postgres.ts";
import { createOrderBook } from "./order-book-postgres.ts";
import { draftOf } from "./testing/drafts.ts";
import { openOrderTaker, type OrderTaker } from "./testing/order-taker.ts";

const NUMBER = parseCustomerNumber("C10010");
const USD = parseCurrencyCode("USD");
const NOW = parseInstant("2026-11-21T09:00:00Z");
const usd = (amount: string) => ({ amount: parseDecimal(amount), currency: USD });
const { signal } = new AbortController();
const clock = createFixedClock(NOW);

let ledger: Ledger;
let taker: OrderTaker;
let deps: HoldReleaseDeps;
let close: () => Promise<void>;
beforeEach(async () => {
  const opened = await openTestLedger();
  ({ ledger } = opened);
  taker = openOrderTaker(ledger);
  deps = {
    ledger,
    commands: taker.commandLog,
    process: taker.orderProcess,
    customerBook: createCustomerBook({ ledger, source: "erp", clock, staleAfterMs: 60_000 }),
    invoiceBook: createInvoiceBook(ledger),
    orderBook: createOrderBook(ledger),
    clock,
    logger: createLogger({ name: "test", level: "silent" }),
  };
  close = async () => {
    await taker.close();
    await opened.close();
  };
}, 60_000);
afterEach(() => close());

let placed = 0;
/** Held, five pieces of the price each; the later the younger. */
async function hold(unitPrice: string, ...codes: AcceptanceHoldCode[]): Promise<OrderId> {
  const key = `HEDXXXXX${String((placed += 1)).padStart(2, "0")}`;
  const draft = draftOf(key);
  const acceptance = {
    rules: "acceptance/1",
    inStockOnly: false,
    isPromised: false,
    holds: codes.map((code) => ({ code, reason: "…" })),
    notices: [],
  };
  const asked: OrderDraft = {
    ...draft,
    placedAt: parseInstant(`2026-11-21T08:00:${String(placed).padStart(2, "0")}Z`),
    lines: draft.lines.map((line) => ({ ...line, unitPrice: usd(unitPrice) })),
    acceptance,
  };
  await taker.commandLog.take(
    held(submitOrder),
    {
      clientId: "portal",
      idempotencyKey: parseIdempotencyKey(key),
      requestedBy: "test",
      customerNumber: NUMBER,
      data: asked,
      correlationId: "c",
      causationId: null,
      alongside: ({ id: causationId }) =>
        taker.orderProcess.opening(asked, { correlationId: "c", causationId }),
    },
    signal,
  );
  return key as OrderId;
}

async function account(status: Customer["status"], limit: string): Promise<void> {
  const customer: Customer = {
    number: NUMBER,
    name: "Harbor",
    status,
    currency: USD,
    priceGroup: null,
    creditLimit: usd(limit),
    shipToAddresses: [],
  };
  await ledger.transaction((trx) => saveCustomers(trx, [{ customer, modifiedAt: NOW }], NOW));
}

async function owes(balance: string): Promise<void> {
  const invoice: Invoice = {
    id: parseInvoiceId("7000"),
    number: null,
    customerNumber: NUMBER,
    orderNumbers: [],
    status: balance === "0" ? "PAID" : "POSTED",
    issuedOn: parseLocalDate("2026-11-20"),
    dueOn: null,
    lines: [],
    subtotal: usd("80"),
    tax: usd("0"),
    freight: null,
    total: usd("80"),
    balance: usd(balance),
    payments: [],
    creditMemos: [],
    modifiedAt: NOW,
  };
  await ledger.transaction((trx) => saveInvoices(trx, [invoice], NOW));
}

async function historyIsRead(): Promise<void> {
  const row = { feed: `finance-invoice${HISTORY_READ}`, watermark: NOW, swept_at: NOW };
  await ledger.db.insertInto("feed_watermarks").values(row).execute();
}

const statuses = async (...ids: OrderId[]) =>
  (await createOrderBook(ledger).readOrders(ids)).map((order) => order?.status);
const lanes = async () =>
  (await ledger.db.selectFrom("commands").select("lane").orderBy("sequence").execute()).map(
    ({ lane }) => lane,
  );

test("a payment lets as many orders go as the credit then bears, the oldest first, and a small one passes a large one", async () => {
  await account("ACTIVE", "100");
  await owes("80");
  const large = await hold("10", "CREDIT_EXCEEDED");
  const small = await hold("3", "CREDIT_EXCEEDED");
  const medium = await hold("9", "CREDIT_EXCEEDED");
  // Before finance's history is read nobody knows what is owed.
  expect(await releaseWhatMayGo(deps, signal)).toBe(0);
  await historyIsRead();
  expect(await releaseWhatMayGo(deps, signal)).toBe(1);
  expect(await statuses(large, small, medium)).toEqual(["ON_HOLD", "SUBMITTED", "ON_HOLD"]);
  expect(await lanes()).toEqual(["held", "erp", "held"]);
  expect(await releaseWhatMayGo(deps, signal)).toBe(0);
  await owes("0");
  // 100 less the 15 that went, less 50: 35 are left, and 45 are too much.
  expect(await releaseWhatMayGo(deps, signal)).toBe(1);
  expect(await statuses(large, small, medium)).toEqual(["SUBMITTED", "SUBMITTED", "ON_HOLD"]);
  await account("ACTIVE", "110");
  expect(await releaseWhatMayGo(deps, signal)).toBe(1);
  expect(await statuses(medium)).toEqual(["SUBMITTED"]);
});

test("nothing goes for an account that is on hold, nor what a person has to approve", async () => {
  await historyIsRead();
  await account("ON_HOLD", "100");
  const both = await hold("1", "CUSTOMER_ON_HOLD", "APPROVAL_NEEDED");
  const account1 = await hold("1", "CUSTOMER_ON_HOLD");
  expect(await releaseWhatMayGo(deps, signal)).toBe(0);
  await account("ACTIVE", "100");
  expect(await releaseWhatMayGo(deps, signal)).toBe(2);
  expect(await statuses(both, account1)).toEqual(["ON_HOLD", "SUBMITTED"]);
  expect(await lanes()).toEqual(["held", "erp"]);
  expect(await releaseWhatMayGo(deps, signal)).toBe(0);
});
