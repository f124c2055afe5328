import {
  parseCustomerNumber,
  parseInvoiceNumber,
  parseLocalDate,
  type InvoiceNumber,
} from "@crossdock/domain";
import {
  classOfRefusal,
  SourceAccessError,
  SourceUnavailableError,
} from "@crossdock/source-contract";
import { createFixedClock } from "@crossdock/runtime";
import { generateWorld } from "@crossdock/sandbox";
import { openBooks, type OpenBooks } from "./testing/books.ts";
import { draftOf } from "./testing/drafts.ts";
import { createXeroSystem } from "./xero-system.ts";

let books: OpenBooks;
beforeAll(async () => {
  books = await openBooks(undefined, createFixedClock("2026-11-21T08:00:00.000Z"));
});
afterAll(() => books.close());
afterEach(() => books.clearFaults());

const signal = () => AbortSignal.timeout(10_000);
const create = async (number: string, changes = {}) => {
  const outcome = await books.system.invoices.createInvoice(
    draftOf(number, changes),
    number,
    signal(),
  );
  if (outcome.kind !== "done") throw new Error(outcome.message);
  return outcome.document;
};
const read = async (number: string) => {
  const [found] = await books.system.invoices.readInvoicesByNumber(
    [parseInvoiceNumber(number)],
    signal(),
  );
  if (!found) throw new Error(`${number} is not there.`);
  return found;
};
const pay = (InvoiceNumber: string, Amount: number) =>
  books.book("PUT", "/Payments", {
    Payments: [
      { Invoice: { InvoiceNumber }, Account: { Code: "090" }, Date: "2026-11-20", Amount },
    ],
  });

test("200 numbers are read in few calls, in key order, with their lines and customers", async () => {
  const orders = generateWorld().pastOrders.slice(100, 300);
  const numbers = orders.map(({ number }) => parseInvoiceNumber(`${number}-1`));
  await books.system.invoices.readInvoicesByNumber(numbers.slice(0, 1), signal());
  const before = await books.calls();
  const found = await books.system.invoices.readInvoicesByNumber(numbers, signal());
  expect((await books.calls()) - before).toBe(4);
  expect(
    found.map((invoice) => [
      invoice?.orderNumbers[0],
      invoice?.customerNumber,
      invoice?.lines.map(({ sku, quantity }) => `${String(sku)} ${quantity.value}`),
    ]),
  ).toEqual(
    orders.map((order) => [
      order.number,
      order.customerNumber,
      order.lines.map(({ sku, quantity }) => `${sku} ${quantity}`),
    ]),
  );
});

test("amounts keep every decimal, and totals are half cents up", async () => {
  const invoice = await create("SO-0100001-1");
  expect(
    invoice.lines.map(({ unitPrice, lineTotal }) => [unitPrice.amount, lineTotal.amount]),
  ).toEqual([
    ["1.0375", "12.45"],
    ["99.99", "249.98"],
  ]);
  expect([invoice.subtotal.amount, invoice.tax.amount, invoice.total.amount]).toEqual([
    "262.43",
    "0.00",
    "262.43",
  ]);
  expect(invoice.lines[1]).toMatchObject({
    description: "Flap Wheel [line 7]",
    orderLine: { orderNumber: "SO-0100001", lineNumber: 30_000 },
    quantity: { value: "2.5", uom: "BX" },
  });
});

test("the status follows money and time", async () => {
  await create("SO-0100002-1");
  await pay("SO-0100002-1", 62.43);
  expect(await read("SO-0100002-1")).toMatchObject({
    status: "PARTIALLY_PAID",
    balance: { amount: "200.00", currency: "USD" },
    payments: [{ amount: { amount: "62.43" }, receivedOn: "2026-11-20" }],
  });
  await pay("SO-0100002-1", 200);
  expect(await read("SO-0100002-1")).toMatchObject({ status: "PAID", balance: { amount: "0.00" } });
  expect(await create("SO-0100003-1", { dueOn: parseLocalDate("2026-11-20") })).toMatchObject({
    status: "OVERDUE",
  });
  expect(await create("SO-0100004-1", { dueOn: parseLocalDate("2026-11-21") })).toMatchObject({
    status: "POSTED",
  });
  await books.book("POST", "/Invoices", {
    Invoices: [{ InvoiceNumber: "SO-0100004-1", Status: "VOIDED" }],
  });
  expect(await read("SO-0100004-1")).toMatchObject({ status: "VOID" });
});

test("an invoice that credit settled alone is CREDITED and shows the memo", async () => {
  await create("SO-0100005-1");
  const line = {
    Description: "Returned",
    Quantity: 1,
    UnitAmount: 262.43,
    AccountCode: "200",
    TaxType: "NONE",
  };
  const credit = {
    Type: "ACCRECCREDIT",
    CreditNoteNumber: "CM-9",
    Contact: { ContactNumber: "C10010" },
  };
  await books.book("PUT", "/CreditNotes", {
    CreditNotes: [{ ...credit, Status: "AUTHORISED", Date: "2026-11-20", LineItems: [line] }],
  });
  const Invoice = { InvoiceNumber: "SO-0100005-1" };
  await books.book("PUT", "/CreditNotes/CM-9/Allocations", {
    Allocations: [{ Invoice, Amount: 262.43 }],
  });
  expect(await read("SO-0100005-1")).toMatchObject({
    status: "CREDITED",
    creditMemos: [{ number: "CM-9", total: { amount: "262.43", currency: "USD" } }],
  });
});

test("a bill of a supplier under the same number is not taken for ours", async () => {
  const Contact = { ContactNumber: "C10010" };
  await books.book("PUT", "/Invoices", {
    Invoices: [
      { Type: "ACCPAY", InvoiceNumber: "SO-0100006-1", Contact, Status: "DRAFT", LineItems: [] },
    ],
  });
  const missing = await books.system.invoices.readInvoicesByNumber(
    [parseInvoiceNumber("SO-0100006-1")],
    signal(),
  );
  expect(missing).toEqual([null]);
  expect((await create("SO-0100006-1")).orderNumbers).toEqual(["SO-0100006"]);
  expect((await read("SO-0100006-1")).orderNumbers).toEqual(["SO-0100006"]);
});

test("what finance raised by hand refers to no order", async () => {
  const manual = {
    Type: "ACCREC",
    InvoiceNumber: "MANUAL-1",
    Reference: "Forklift rental",
    Contact: { ContactNumber: "C10010" },
    LineItems: [{ Description: "Rental", Quantity: 1, UnitAmount: 5, AccountCode: "200" }],
    Status: "DRAFT",
  };
  await books.book("PUT", "/Invoices", { Invoices: [manual] });
  const invoice = await read("MANUAL-1");
  expect(invoice).toMatchObject({ status: "DRAFT", orderNumbers: [] });
  expect(invoice.lines[0]).toMatchObject({ sku: null, orderLine: null, quantity: { uom: "EA" } });
});

test("a contact that a person adds is billed by the next try", async () => {
  const customerNumber = parseCustomerNumber("C88001");
  const draft = draftOf("SO-0100007-1", { customerNumber });
  const { invoices } = books.system;
  const refused = await invoices.createInvoice(draft, "a", signal());
  expect(refused).toMatchObject({ kind: "refused", code: "UNKNOWN_CUSTOMER" });
  await books.book("PUT", "/Contacts", {
    Contacts: [{ Name: "Fresh Inc.", ContactNumber: customerNumber }],
  });
  expect(await invoices.createInvoice(draft, "a", signal())).toMatchObject({ kind: "done" });
});

test.each([
  ["UNKNOWN_ACCOUNT", "MASTER_DATA", { salesAccountCode: "999" }],
  ["UNKNOWN_TAX_CODE", "MASTER_DATA", { taxType: "NOPE" }],
] as const)(
  "%s is %s, in the vendor's own words for operators",
  async (code, errorClass, booking) => {
    const system = createXeroSystem({
      ...books.options,
      booking: { ...books.options.booking, ...booking },
    });
    const outcome = await system.invoices.createInvoice(draftOf("SO-0100020-1"), code, signal());
    if (outcome.kind !== "refused") throw new Error("It was booked.");
    expect(outcome).toMatchObject({
      code,
      lastAnswer: { status: 400, code: "ValidationException" },
    });
    expect(classOfRefusal(outcome.code)).toBe(errorClass);
    await system.close();
  },
);

test("a number that stands for something else is refused, not taken over", async () => {
  await create("SO-0100009-1");
  const [line] = draftOf("SO-0100009-1").lines;
  const other = draftOf("SO-0100009-1", { lines: line === undefined ? [] : [line] });
  for (const key of ["SO-0100009-1", "another key"]) {
    const outcome = await books.system.invoices.createInvoice(other, key, signal());
    expect(outcome).toMatchObject({ kind: "refused", code: "REFUSED" });
  }
});

test("an answer that was lost comes back for the same key, without a second invoice", async () => {
  const draft = draftOf("SO-0100010-1");
  await books.fault({ kind: "lostResponse", operation: "PUT Invoices" });
  await expect(books.system.invoices.createInvoice(draft, "lost", signal())).rejects.toThrow();
  await books.clearFaults();
  const again = await books.system.invoices.createInvoice(draft, "lost", signal());
  expect(again).toMatchObject({ kind: "done", document: { number: "SO-0100010-1" } });
  expect(await books.count("SO-0100010-1")).toBe(1);
});

test("a source that fails is unavailable, one that does not let us in says so", async () => {
  const lost = createXeroSystem({ ...books.options, apiUrl: "http://127.0.0.1:9/api.xro/2.0" });
  const number: InvoiceNumber = parseInvoiceNumber("SO-0000001-1");
  await expect(lost.invoices.readInvoicesByNumber([number], signal())).rejects.toBeInstanceOf(
    SourceUnavailableError,
  );
  const credentials = { ...books.options.credentials, clientSecret: "wrong" };
  const stranger = createXeroSystem({ ...books.options, credentials });
  await expect(stranger.invoices.readInvoicesByNumber([number], signal())).rejects.toBeInstanceOf(
    SourceAccessError,
  );
  await Promise.all([lost.close(), stranger.close()]);
});

test("the vendor's own limits are kept without a refusal", async () => {
  const limited = await openBooks({
    serviceMs: { least: 20, most: 20 },
    limits: { perMinute: 60, perDay: 5_000, concurrent: 5 },
  });
  const numbers = Array.from({ length: 9 }, (_, at) =>
    parseInvoiceNumber(`SO-000000${String(at + 1)}-1`),
  );
  await Promise.all(
    numbers.map((number) => limited.system.invoices.readInvoicesByNumber([number], signal())),
  );
  expect(await limited.control("GET", "calls")).toMatchObject({ finance: { rejected: 0 } });
  await limited.close();
});
