import { parseDecimal } from "../decimal.ts";
import {
  orderIdOfNumber,
  parseInvoiceId,
  parseInvoiceNumber,
  parseOrderNumber,
  parseShipmentId,
  parseSku,
  parseWarehouseCode,
} from "../identifiers.ts";
import type { Invoice, InvoiceDraft, InvoiceLine } from "../invoice.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import type { Shipment } from "../shipment.ts";
import { invoiceOf, money } from "../testing/invoices.ts";
import { parseInstant, parseLocalDate } from "../time.ts";
import { compareBilling, type ComparedBilling } from "./compare-billing.ts";
import { compareInvoice, type ComparedInvoice } from "./compare-invoice.ts";

const SOURCES = { wms: "wms", finance: "finance" };
const number = parseOrderNumber("SO-0010045");
const sku = parseSku("NG-10001");
const each = (value: string) => quantity(parseDecimal(value), parseUomCode("EA"));
const LEFT = parseInstant("2026-11-20T10:00:00Z");
const LATER = parseInstant("2026-11-21T10:00:00Z");

const line = (pieces: string, changes: Partial<InvoiceLine> = {}): InvoiceLine => ({
  lineNumber: 1,
  description: "Bolt",
  sku,
  orderLine: { orderNumber: number, lineNumber: 1 },
  quantity: each(pieces),
  unitPrice: money("2.00"),
  lineTotal: money((Number(pieces) * 2).toFixed(2)),
  ...changes,
});
const bill = (id: string, pieces: string, changes: Partial<Invoice> = {}): Invoice =>
  invoiceOf({
    id: parseInvoiceId(id),
    number: parseInvoiceNumber(`SO-0010045-${id.slice(1)}`),
    orderNumbers: [number],
    lines: [line(pieces)],
    total: money((Number(pieces) * 2).toFixed(2)),
    balance: money((Number(pieces) * 2).toFixed(2)),
    ...changes,
  });
const shipment = (pieces: string): Shipment => ({
  id: parseShipmentId("200000001"),
  number: "200000001",
  orderNumbers: [number],
  warehouse: parseWarehouseCode("EAST"),
  status: "SHIPPED",
  carrier: null,
  trackingNumber: null,
  trackingUrl: null,
  shipTo: null,
  lines: [
    { orderNumber: number, lineNumber: 1, sku, quantity: each(pieces), lot: null, serials: [] },
  ],
  packages: [],
  milestones: [],
  shippedAt: LEFT,
  estimatedDeliveryAt: null,
  deliveredAt: null,
  problem: null,
  modifiedAt: LEFT,
});

describe("what left and what was billed", () => {
  const compare = (changes: Partial<ComparedBilling>) =>
    compareBilling(
      {
        orderId: orderIdOfNumber(number),
        orderNumber: number,
        shipments: [shipment("5")],
        invoices: [bill("I1", "5")],
        billedBy: LATER,
        toBase: (_sku, amount) => (amount.uom === "EA" ? amount : null),
        repair: null,
        ...changes,
      },
      SOURCES,
    );

  test("what was billed as it left is the same, in several shipments and bills as well", () => {
    expect(compare({})).toBeNull();
    expect(compare({ invoices: [bill("I1", "2"), bill("I2", "3")] })).toBeNull();
  });

  test("what left is due only after its time", () => {
    expect(compare({ invoices: [] })).toMatchObject({
      kind: "MISSING",
      code: "SHIPPED_NOT_INVOICED",
    });
    expect(compare({ invoices: [], billedBy: LEFT })).toBeNull();
    expect(compare({ invoices: [bill("I1", "4")] })).toMatchObject({
      kind: "WRONG_QUANTITY",
      code: "SHIPPED_NOT_INVOICED",
      left: "5",
      right: "4",
    });
  });

  test("drafts and voided bills bill nothing", () => {
    const voided = bill("I1", "5", { status: "VOID" });
    expect(compare({ invoices: [voided] })).toMatchObject({ kind: "MISSING" });
    expect(compare({ invoices: [voided, bill("I2", "5")] })).toBeNull();
  });

  test("goods that never left, and goods that were billed twice, are told apart", () => {
    expect(compare({ shipments: [] })).toMatchObject({
      kind: "EXTRA",
      code: "INVOICED_NOT_SHIPPED",
    });
    expect(compare({ invoices: [bill("I1", "6")] })).toMatchObject({
      kind: "WRONG_QUANTITY",
      code: "INVOICED_NOT_SHIPPED",
    });
    expect(compare({ invoices: [bill("I1", "5"), bill("I2", "5")] })).toMatchObject({
      kind: "DUPLICATE",
      code: "INVOICED_TWICE",
    });
  });

  test("a line without an item, or in a unit that nobody can convert, is not judged", () => {
    expect(
      compare({ invoices: [bill("I1", "1", { lines: [line("1", { sku: null })] })] }),
    ).toBeNull();
    const box = quantity(parseDecimal("1"), parseUomCode("BX"));
    const boxed = bill("I1", "1", { lines: [line("1", { quantity: box })] });
    expect(compare({ invoices: [boxed] })).toBeNull();
  });
});

describe("a bill and what it had to be", () => {
  const draft: InvoiceDraft = {
    number: parseInvoiceNumber("SO-0010045-1"),
    customerNumber: bill("I1", "5").customerNumber,
    orderNumber: number,
    currency: money("0").currency,
    issuedOn: parseLocalDate("2026-11-20"),
    dueOn: parseLocalDate("2026-12-20"),
    lines: [
      {
        orderLineNumber: 1,
        sku,
        description: "Bolt",
        quantity: each("5"),
        unitPrice: money("2.00"),
        tax: money("0.80"),
      },
    ],
  };
  const right = bill("I1", "5", { tax: money("0.80"), total: money("10.80") });
  const compare = (changes: Partial<ComparedInvoice>) =>
    compareInvoice(
      { invoice: right, draft, agreed: [], told: changes.invoice ?? right, ...changes },
      SOURCES,
    );
  const changed = (changes: Partial<Invoice>) => compare({ invoice: { ...right, ...changes } });

  test("one that is as it had to be has nothing to tell", () => {
    expect(compare({})).toBeNull();
  });

  test.each([
    ["WRONG_QUANTITY", { lines: [line("4")] }],
    ["WRONG_PRICE", { lines: [line("5", { unitPrice: money("2.10") })] }],
    ["WRONG_TOTAL", { lines: [line("5", { lineTotal: money("9.00") })] }],
    ["EXTRA", { lines: [line("5"), line("1", { sku: parseSku("NG-10002"), orderLine: null })] }],
    ["MISSING", { lines: [] }],
    ["WRONG_TAX", { tax: money("0.90"), total: money("10.90") }],
    ["WRONG_TOTAL", { freight: money("3.00"), total: money("13.80") }],
    ["WRONG_TOTAL", { total: money("11.00") }],
  ] as const)("%s is told of %j", (kind, changes) => {
    expect(changed(changes)).toMatchObject({ kind, code: "INVOICE_TOTAL_MISMATCH", repair: null });
  });

  test("of a bill that is not ours the agreed prices count, and no more than was ordered", () => {
    const agreed = [{ sku, ordered: each("5"), unitPrice: money("2.00") }];
    const other = (invoice: Invoice) => compare({ invoice, draft: null, agreed });
    const plain = bill("I1", "5");
    expect(other(plain)).toBeNull();
    expect(other(bill("I1", "4"))).toBeNull();
    expect(other(bill("I1", "6"))).toMatchObject({ kind: "WRONG_QUANTITY" });
    expect(
      other(
        bill("I1", "5", {
          lines: [line("5", { unitPrice: money("1.90"), lineTotal: money("9.50") })],
        }),
      ),
    ).toMatchObject({ kind: "WRONG_PRICE" });
  });

  test("our copy that is behind is read again, and what is due by the calendar is not behind", () => {
    expect(compare({ told: null })).toMatchObject({ code: "INVOICE_BOOK_STALE", kind: "MISSING" });
    expect(compare({ told: { ...right, status: "VOID" } })).toMatchObject({ kind: "WRONG_STATUS" });
    expect(compare({ told: { ...right, balance: money("0") } })).toMatchObject({
      kind: "WRONG_TOTAL",
      repair: { kind: "readInvoice", sourceId: "I1" },
    });
    expect(compare({ told: { ...right, status: "OVERDUE" } })).toBeNull();
  });
});
