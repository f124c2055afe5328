import type { Decimal } from "../decimal.ts";
import type { InvoiceId, InvoiceNumber, ShipmentId, Sku, WarehouseCode } from "../identifiers.ts";
import type { Money } from "../money.ts";
import type { Quantity } from "../quantity.ts";
import type { Disposition } from "./terms.ts";

/**
 * - `PLANNED` nobody has been told of it
 * - `ASKED` its announcement is on its way to the warehouse, or waits for a person
 * - `AWAITED` the warehouse knows that it comes
 * - `WITHDRAWING` the warehouse is being told that it does not
 * - `WITHDRAWN` nothing of it comes
 * - `ARRIVED` it is in the building, and nobody has looked into it
 * - `INSPECTED` its goods were counted, and what becomes of them is decided
 */
export type ParcelStatus =
  "PLANNED" | "ASKED" | "AWAITED" | "WITHDRAWING" | "WITHDRAWN" | "ARRIVED" | "INSPECTED";

/** Goods of one shipment on their way back to the warehouse that sent them. */
export type ReturnParcel = {
  /** From 1; with the return's number it names the document at the warehouse. */
  readonly number: number;
  readonly shipmentId: ShipmentId;
  readonly warehouse: WarehouseCode;
  readonly status: ParcelStatus;
  /** What announced it; `null` before that. */
  readonly commandId: string | null;
  /** What should be in it. */
  readonly lines: readonly ParcelLine[];
  /** What was in it of that; empty until it was inspected. */
  readonly counted: readonly CountedGoods[];
  /** What was in it beside that: never credited by itself. */
  readonly unexpected: readonly UnexpectedGoods[];
  /** The look of a person at what was not expected; `null` while there is nothing to look at. */
  readonly review: "ASKED" | "DONE" | null;
  readonly credit: ParcelCredit | null;
};

/** Goods of one line of the order, and of one lot. */
export type ParcelLine = {
  readonly lineNumber: number;
  readonly sku: Sku;
  /** In base units, whole. */
  readonly quantity: Quantity;
  /** `null` where the warehouse told none. */
  readonly lot: string | null;
  readonly serials: readonly string[];
};

export type CountedGoods = {
  readonly lineNumber: number;
  readonly sku: Sku;
  /** In base units. */
  readonly quantity: Quantity;
  readonly lot: string | null;
  readonly disposition: Disposition;
};

export type UnexpectedGoods = {
  readonly sku: Sku;
  /** In base units. */
  readonly quantity: Quantity;
  readonly lot: string | null;
  readonly why: "TOO_MANY" | "WRONG_ITEM" | "WRONG_LOT";
};

/** What the buyer gets for a parcel; `ENDED`: a person decided that finance issues none from here. */
export type ParcelCredit = {
  readonly status: "ASKED" | "DONE" | "ENDED";
  /** `null` until finance has issued it, and where a person did so by hand. */
  readonly memo: IssuedMemo | null;
  readonly refund: ParcelRefund | null;
};

export type IssuedMemo = {
  readonly id: string;
  readonly number: string;
  readonly invoiceId: InvoiceId;
  readonly invoiceNumber: InvoiceNumber;
  /** With tax. */
  readonly total: Money;
  /** How much of it lowered what the customer owed on the invoice. */
  readonly applied: Money;
};

export type ParcelRefund = {
  readonly status: "ASKED" | "DONE" | "ENDED";
  /** Above zero. */
  readonly amount: Decimal;
};

/** What the warehouse says of a parcel, whole each time. */
export type ParcelReport = {
  readonly status: "AWAITED" | "ARRIVED" | "INSPECTED" | "CANCELLED";
  /** What was found, when it was inspected. */
  readonly goods: readonly ReportedGoods[];
};

export type ReportedGoods = {
  readonly sku: Sku;
  /** In base units. */
  readonly quantity: Quantity;
  readonly lot: string | null;
  readonly disposition: Disposition;
};

/** What stands on the box, and names its document at the warehouse: `RMA-0000042-1`. */
export function parcelName(returnNumber: string, parcel: number): string {
  return `${returnNumber}-${String(parcel)}`;
}

/** @returns `null` for a name that is none of ours */
export function readParcelName(
  name: string,
): { readonly returnNumber: string; readonly parcel: number } | null {
  const match = /^(RMA-\d{7,})-([1-9]\d{0,3})$/.exec(name);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { returnNumber: match[1], parcel: Number(match[2]) };
}
