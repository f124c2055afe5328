import {
  addDecimals,
  addMoney,
  zeroMoney,
  parseLocalDate,
  parseOrderNumber,
  quantity,
  type Money,
  type OrderNumber,
  type SourceOrder,
  type SourceOrderLine,
} from "@crossdock/domain";
import { z } from "zod";
import type { Home } from "./customer-reader.ts";
import { commonFields, lineOf } from "./order-document.ts";
import { headerFields, lineFields } from "./order-rows.ts";
import type { ReferenceData } from "./reference-data.ts";

/**
 * The ERP deletes an order once it is shipped and invoiced to the last piece. What it was can then
 * still be read from its posted invoices.
 */
export const INVOICES = "salesInvoices";
const INVOICE_LINES = "salesInvoiceLines";

export const INVOICE_SHAPE = {
  $select: [...Object.keys(headerFields), "orderNumber", "invoiceDate"].join(","),
  $expand: `${INVOICE_LINES}($select=${Object.keys(lineFields).join(",")})`,
} as const;

export const invoiceRow = z.object({
  ...headerFields,
  orderNumber: z.string(),
  invoiceDate: z.string(),
  [INVOICE_LINES]: z.array(z.object(lineFields)),
});
type InvoiceRow = z.infer<typeof invoiceRow>;

/** One order for each order number among the invoices; those that bill no order are passed over. */
export function toPostedOrders(
  rows: readonly InvoiceRow[],
  reference: ReferenceData,
  home: Home,
): SourceOrder[] {
  const byOrder = new Map<OrderNumber, InvoiceRow[]>();
  for (const row of rows.filter(({ orderNumber }) => orderNumber !== "")) {
    const number = parseOrderNumber(row.orderNumber);
    byOrder.set(number, [...(byOrder.get(number) ?? []), row]);
  }
  return [...byOrder].flatMap(([number, [first, ...others]]) =>
    first === undefined ? [] : [toPostedOrder(number, first, others, reference, home)],
  );
}

function toPostedOrder(
  number: OrderNumber,
  first: InvoiceRow,
  others: readonly InvoiceRow[],
  reference: ReferenceData,
  home: Home,
): SourceOrder {
  const all = [first, ...others];
  const lines = all.flatMap((row) => row.salesInvoiceLines);
  const common = commonFields(first, lines, reference, home);
  const invoices = all.map((row) => commonFields(row, [], reference, home));
  const sum = (part: "subtotal" | "tax" | "total"): Money =>
    addMoney(zeroMoney(common.total.currency), ...invoices.map((one) => one[part]));
  return {
    ...common,
    number,
    status: all.every(({ status }) => status === "Paid") ? "CLOSED" : "INVOICED",
    orderedOn: parseLocalDate(first.invoiceDate),
    requestedDeliveryOn: null,
    subtotal: sum("subtotal"),
    tax: sum("tax"),
    total: sum("total"),
    lines: mergeLines(
      lines
        .filter(({ lineType }) => lineType === "Item")
        .map((row) => lineOf(row, common, reference)),
    ),
    modifiedAt: invoices.reduce(
      (latest, { modifiedAt }) => (modifiedAt > latest ? modifiedAt : latest),
      common.modifiedAt,
    ),
  };
}

/** A line that was invoiced in parts is whole again; all of it was shipped. */
function mergeLines(
  parts: readonly Omit<SourceOrderLine, "shipped" | "invoiced">[],
): SourceOrderLine[] {
  const whole = new Map<number, SourceOrderLine>();
  for (const part of parts) {
    const seen = whole.get(part.lineNumber);
    const value =
      seen === undefined ? part.ordered.value : addDecimals(seen.ordered.value, part.ordered.value);
    const ordered = quantity(value, part.ordered.uom);
    const lineTotal =
      seen === undefined ? part.lineTotal : addMoney(seen.lineTotal, part.lineTotal);
    whole.set(part.lineNumber, {
      ...part,
      ordered,
      lineTotal,
      shipped: ordered,
      invoiced: ordered,
    });
  }
  return [...whole.values()].sort((a, b) => a.lineNumber - b.lineNumber);
}
