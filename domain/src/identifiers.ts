import type { Brand } from "./brand.ts";
import { InvalidValueError } from "./errors.ts";

/**
 * Our name of an order for its whole life, also before the ERP has numbered it. Orders taken by
 * Crossdock carry an order key (`7K3QF9M2ZT`); orders that were born in the ERP are named after
 * their number there (`erp-SO-0000042`).
 */
export type OrderId = Brand<string, "OrderId">;
/** Ten characters of Crockford base 32: what we write into a source's reference field. */
export type OrderKey = Brand<string, "OrderKey">;
/** Sales order number as the ERP prints it, e.g. `SO-0010045`. */
export type OrderNumber = Brand<string, "OrderNumber">;
/** Customer account number as the ERP prints it; also the id of a `Customer`. */
export type CustomerNumber = Brand<string, "CustomerNumber">;
/** Stock keeping unit, as the ERP names it; also the id of a `Product`. */
export type Sku = Brand<string, "Sku">;
/** Warehouse code, as the ERP names it; also the id of a `Warehouse`. */
export type WarehouseCode = Brand<string, "WarehouseCode">;
/** A shipment's id: the warehouse system's own. */
export type ShipmentId = Brand<string, "ShipmentId">;
/** An invoice's id: the finance system's own. */
export type InvoiceId = Brand<string, "InvoiceId">;
export type InvoiceNumber = Brand<string, "InvoiceNumber">;
/** A reservation's id: that of the command that took it, a ULID. */
export type ReservationId = Brand<string, "ReservationId">;
/** A supplier receipt's id: the warehouse system's own number of it. */
export type ReceiptId = Brand<string, "ReceiptId">;
/** An order line: `{orderId}/{lineNumber}`. */
export type OrderLineId = Brand<string, "OrderLineId">;

const ERP_BORN = "erp-";
const KEY_PATTERN = /^[0-9A-HJKMNP-TV-Z]{10}$/;
const ULID_PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
/** Wide enough for every system named in the contracts, narrow enough to keep rubbish out of URLs. */
const DOCUMENT_PATTERN = /^[\p{L}\p{N}][\p{L}\p{N} ._/#+&-]{0,49}$/u;

export const parseOrderNumber = parser<OrderNumber>(
  "orderNumber",
  "an order number such as SO-0010045",
);
export const parseCustomerNumber = parser<CustomerNumber>(
  "customer",
  "a customer number such as C10010",
);
export const parseSku = parser<Sku>("sku", "a stock keeping unit such as NG-10001");
export const parseWarehouseCode = parser<WarehouseCode>(
  "warehouse",
  "a warehouse code such as EAST",
);
export const parseShipmentId = parser<ShipmentId>("shipment", "a shipment id");
export const parseReceiptId = parser<ReceiptId>("receipt", "a receipt id");
export const parseInvoiceId = parser<InvoiceId>("invoice", "an invoice id");
export const parseInvoiceNumber = parser<InvoiceNumber>(
  "invoiceNumber",
  "an invoice number such as SO-0010045-1",
);

/** @throws {InvalidValueError} when `raw` can be no order's id. */
export function parseOrderId(raw: string): OrderId {
  const value = raw.trim();
  const rest = value.startsWith(ERP_BORN) ? value.slice(ERP_BORN.length) : value;
  if (rest === value ? !KEY_PATTERN.test(value) : !DOCUMENT_PATTERN.test(rest)) {
    throw new InvalidValueError("order", raw, "an order id");
  }
  return value as OrderId;
}

/** The id of an order that the ERP made without us. */
export function orderIdOfNumber(number: OrderNumber): OrderId {
  return `${ERP_BORN}${number}` as OrderId;
}

/** @returns the number in an ERP-born id, the key in one of ours. */
export function readOrderId(
  id: OrderId,
):
  | { readonly kind: "erpBorn"; readonly number: OrderNumber }
  | { readonly kind: "ours"; readonly key: OrderKey } {
  return id.startsWith(ERP_BORN)
    ? { kind: "erpBorn", number: id.slice(ERP_BORN.length) as OrderNumber }
    : { kind: "ours", key: id as string as OrderKey };
}

/** @throws {InvalidValueError} when `raw` is not ten characters of Crockford base 32. */
export function parseOrderKey(raw: string): OrderKey {
  if (!KEY_PATTERN.test(raw))
    throw new InvalidValueError("orderKey", raw, "ten characters of base 32");
  return raw as OrderKey;
}

/** @throws {InvalidValueError} when `raw` is not a ULID. */
export function parseReservationId(raw: string): ReservationId {
  if (!ULID_PATTERN.test(raw)) throw new InvalidValueError("reservation", raw, "a reservation id");
  return raw as ReservationId;
}

export function orderLineId(orderId: OrderId, lineNumber: number): OrderLineId {
  return `${orderId}/${String(lineNumber)}` as OrderLineId;
}

/** @throws {InvalidValueError} when `raw` is not `{orderId}/{lineNumber}`. */
export function parseOrderLineId(raw: string): {
  readonly orderId: OrderId;
  readonly lineNumber: number;
} {
  const at = raw.lastIndexOf("/");
  const lineNumber = Number(raw.slice(at + 1));
  if (at < 1 || !Number.isSafeInteger(lineNumber) || lineNumber < 1) {
    throw new InvalidValueError("orderLine", raw, "an order line id");
  }
  return { orderId: parseOrderId(raw.slice(0, at)), lineNumber };
}

function parser<T extends string>(field: string, expected: string): (raw: string) => T {
  return (raw) => {
    const value = raw.trim();
    if (!DOCUMENT_PATTERN.test(value)) throw new InvalidValueError(field, raw, expected);
    return value as T;
  };
}
