import {
  isPositive,
  money,
  parseCurrencyCode,
  parseCustomerNumber,
  parseInstant,
  parseLocalDate,
  parseOrderNumber,
  parseSku,
  quantity,
  type CurrencyCode,
  type OrderStatus,
  type SourceOrder,
  type SourceOrderLine,
} from "@crossdock/domain";
import type { Home } from "./customer-reader.ts";
import {
  SEQUENCE_STEP,
  type headerFields,
  type Line,
  type lineFields,
  type OrderRow,
} from "./order-rows.ts";
import type { ReferenceData } from "./reference-data.ts";
import { commentedReference, splitReference } from "./references.ts";
import { addressOf } from "./wire-values.ts";

/** A sales order as the ERP holds it. */
export function toOrder(row: OrderRow, reference: ReferenceData, home: Home): SourceOrder {
  const items = row.salesOrderLines.filter(({ lineType }) => lineType === "Item");
  const common = commonFields(row, row.salesOrderLines, reference, home);
  return {
    ...common,
    number: parseOrderNumber(row.number),
    status: statusOf(row, items),
    orderedOn: parseLocalDate(row.orderDate),
    requestedDeliveryOn: row.requestedDeliveryDate,
    lines: items.map((item) => ({
      ...lineOf(item, common, reference),
      shipped: quantity(item.shippedQuantity, reference.uomOf(item.unitOfMeasureCode)),
      invoiced: quantity(item.invoicedQuantity, reference.uomOf(item.unitOfMeasureCode)),
    })),
  };
}

type Header = Pick<OrderRow, keyof typeof headerFields>;
type AnyLine = Pick<Line, keyof typeof lineFields>;
type Common = Pick<
  SourceOrder,
  | "key"
  | "customerNumber"
  | "customerReference"
  | "shipTo"
  | "warehouse"
  | "subtotal"
  | "tax"
  | "total"
  | "modifiedAt"
>;

export function commonFields(
  row: Header,
  lines: readonly AnyLine[],
  reference: ReferenceData,
  home: Home,
): Common {
  const { customerReference, key } = splitReference(row.externalDocumentNumber);
  const inFull = lines
    .filter(({ lineType }) => lineType === "Comment")
    .map(({ description }) => commentedReference(description))
    .find((text) => text !== null);
  const location = lines.find(({ locationId }) => locationId !== null)?.locationId ?? null;
  const currency = row.currencyCode === null ? home.currency : parseCurrencyCode(row.currencyCode);
  return {
    key,
    customerNumber: parseCustomerNumber(row.customerNumber),
    customerReference: inFull ?? customerReference,
    shipTo: shipToOf(row, home),
    warehouse: location === null ? null : reference.warehouseOf(location),
    subtotal: money(row.totalAmountExcludingTax, currency),
    tax: money(row.totalTaxAmount, currency),
    total: money(row.totalAmountIncludingTax, currency),
    modifiedAt: parseInstant(row.lastModifiedDateTime),
  };
}

/** Of our own orders the lines are numbered as in the draft, of others as the ERP numbers them. */
export function lineOf(
  row: AnyLine,
  order: Pick<Common, "key" | "subtotal">,
  reference: ReferenceData,
): Omit<SourceOrderLine, "shipped" | "invoiced"> {
  const currency: CurrencyCode = order.subtotal.currency;
  const isOurs = order.key !== null && row.sequence % SEQUENCE_STEP === 0;
  return {
    lineNumber: isOurs ? row.sequence / SEQUENCE_STEP : row.sequence,
    sku: parseSku(row.lineObjectNumber),
    description: row.description,
    ordered: quantity(row.quantity, reference.uomOf(row.unitOfMeasureCode)),
    unitPrice: money(row.unitPrice, currency),
    lineTotal: money(row.amountExcludingTax, currency),
  };
}

function statusOf(row: OrderRow, items: readonly Line[]): OrderStatus {
  if (row.status === "Draft") return "SUBMITTED";
  if (row.status === "In Review") return "ON_HOLD";
  if (row.fullyShipped) return "SHIPPED";
  const isPartShipped = items.some(({ shippedQuantity }) => isPositive(shippedQuantity));
  return isPartShipped ? "PARTIALLY_SHIPPED" : "CONFIRMED";
}

function shipToOf(row: Header, home: Home): SourceOrder["shipTo"] {
  return addressOf(
    {
      name: row.shipToName,
      lines: [row.shipToAddressLine1, row.shipToAddressLine2],
      city: row.shipToCity,
      region: row.shipToState,
      postalCode: row.shipToPostCode,
      country: row.shipToCountry,
    },
    home.country,
  );
}
