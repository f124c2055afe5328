import { Decimal } from "decimal.js";
import { stableGuid } from "../world/generate-world.ts";
import type { World, WorldCustomer, WorldItem, WorldOrder } from "../world/world.ts";
import { money, priceLine, totalsOf, UNIT_PLACES } from "./amounts.ts";
import { FINANCE_DEMO } from "./demo-tenant.ts";
import type { AppliedPayment, ContactRow, InvoiceRow, PaymentRow } from "./rows.ts";

const DAY_MS = 86_400_000;
/** Bookings of a day are made at this hour. */
const BOOKED_AT = "T17:00:00.000Z";

export type BooksSeed = {
  readonly contacts: readonly (readonly [string, ContactRow])[];
  readonly invoices: readonly (readonly [string, InvoiceRow])[];
  readonly payments: readonly (readonly [string, PaymentRow])[];
};

/**
 * One contact per customer and one sales invoice per past order that was shipped, named
 * `{orderNumber}-1` and referring to the order. The newest invoices of a customer are unpaid, as
 * far as his balance in the world reaches; the one that goes beyond it is partly paid, so that
 * receivables and balance agree to the cent.
 */
export function seedBooks(world: World): BooksSeed {
  const items = new Map(world.items.map((item) => [item.sku, item]));
  const shipped = world.pastOrders.filter((order) => !order.open);
  const closedOn = shipped.at(-1)?.orderedOn ?? "1970-01-01";
  const contacts: [string, ContactRow][] = [];
  const invoices: [string, InvoiceRow][] = [];
  const payments: [string, PaymentRow][] = [];
  for (const customer of world.customers) {
    const contact = contactOf(customer);
    contacts.push([contact.contactId, contact]);
    let owed = new Decimal(customer.balance);
    const newestFirst = shipped
      .filter((order) => order.customerNumber === customer.number)
      .reverse();
    for (const order of newestFirst) {
      const unpaid = unpaidInvoice(order, customer, contact, items);
      const due = Decimal.min(owed, unpaid.total);
      owed = owed.minus(due);
      const paidOn = earlierOf(unpaid.dueDate ?? order.orderedOn, closedOn);
      const { invoice, payment } = settle(unpaid, due, paidOn);
      invoices.push([invoice.invoiceId, invoice]);
      if (payment !== null) payments.push([payment.paymentId, payment]);
    }
    if (owed.greaterThan(0)) {
      const opening = openingBalance(customer, contact, owed, shipped[0]?.orderedOn ?? closedOn);
      invoices.push([opening.invoiceId, opening]);
    }
  }
  invoices.sort(([, a], [, b]) => (a.number < b.number ? -1 : 1));
  return { contacts, invoices, payments };
}

function contactOf(customer: WorldCustomer): ContactRow {
  return {
    contactId: stableGuid("finance", "contact", customer.number),
    contactNumber: customer.number,
    name: customer.name,
    email: customer.email,
    status: "ACTIVE",
    address: customer.address,
    paymentTermsDays: customer.paymentTermsDays,
    updatedAt: `2025-11-20${BOOKED_AT}`,
  };
}

function unpaidInvoice(
  order: WorldOrder,
  customer: WorldCustomer,
  contact: ContactRow,
  items: ReadonlyMap<string, WorldItem>,
): InvoiceRow {
  const number = `${order.number}-1`;
  const lines = order.lines.map((line) => ({
    lineItemId: stableGuid("finance", "line", number, String(line.lineNumber)),
    description: items.get(line.sku)?.name ?? line.sku,
    itemCode: line.sku,
    accountCode: FINANCE_DEMO.salesAccountCode,
    ...priceLine(
      {
        quantity: new Decimal(line.quantity),
        unitAmount: new Decimal(line.unitPrice),
        discountRate: null,
        taxType: "NONE",
        taxAmount: null,
      },
      "Exclusive",
      UNIT_PLACES,
    ),
  }));
  return {
    ...emptyInvoice(number, contact, order.orderedOn),
    reference: order.number,
    dueDate: addDays(order.orderedOn, customer.paymentTermsDays),
    lines,
    ...totalsOf(lines, "Exclusive"),
  };
}

function settle(
  unpaid: InvoiceRow,
  due: Decimal,
  paidOn: string,
): { readonly invoice: InvoiceRow; readonly payment: PaymentRow | null } {
  const paid = new Decimal(unpaid.total).minus(due);
  if (paid.isZero()) return { invoice: { ...unpaid, amountDue: unpaid.total }, payment: null };
  const applied: AppliedPayment = {
    paymentId: stableGuid("finance", "payment", unpaid.number),
    date: paidOn,
    amount: money(paid),
    reference: `ACH ${unpaid.number}`,
  };
  const updatedAt = `${paidOn}${BOOKED_AT}`;
  const invoice: InvoiceRow = {
    ...unpaid,
    status: due.isZero() ? "PAID" : "AUTHORISED",
    payments: [applied],
    amountPaid: applied.amount,
    amountDue: money(due),
    fullyPaidOn: due.isZero() ? paidOn : null,
    updatedAt,
  };
  const payment: PaymentRow = {
    ...applied,
    invoiceId: unpaid.invoiceId,
    accountCode: FINANCE_DEMO.bankAccountCode,
    status: "AUTHORISED",
    updatedAt,
  };
  return { invoice, payment };
}

/** For a balance that is older than the history. */
function openingBalance(
  customer: WorldCustomer,
  contact: ContactRow,
  owed: Decimal,
  on: string,
): InvoiceRow {
  const number = `OB-${customer.number}`;
  const amount = money(owed);
  const line = {
    lineItemId: stableGuid("finance", "line", number),
    description: "Opening balance",
    quantity: "1",
    unitAmount: amount,
    discountRate: null,
    lineAmount: amount,
    taxType: "NONE",
    taxAmount: "0.00",
    itemCode: null,
    accountCode: FINANCE_DEMO.salesAccountCode,
  };
  return {
    ...emptyInvoice(number, contact, on),
    dueDate: addDays(on, customer.paymentTermsDays),
    lines: [line],
    ...totalsOf([line], "Exclusive"),
    amountDue: amount,
  };
}

function emptyInvoice(number: string, contact: ContactRow, date: string): InvoiceRow {
  return {
    invoiceId: stableGuid("finance", "invoice", number),
    type: "ACCREC",
    number,
    reference: "",
    contactId: contact.contactId,
    date,
    dueDate: null,
    status: "AUTHORISED",
    lineAmountTypes: "Exclusive",
    lines: [],
    subTotal: "0.00",
    totalTax: "0.00",
    total: "0.00",
    currencyCode: "USD",
    fullyPaidOn: null,
    updatedAt: `${date}${BOOKED_AT}`,
    sentToContact: true,
    createdByApp: false,
    payments: [],
    credits: [],
    amountPaid: "0.00",
    amountCredited: "0.00",
    amountDue: "0.00",
  };
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

function earlierOf(left: string, right: string): string {
  return left < right ? left : right;
}
