import type { Brand } from "./brand.ts";
import {
  addDecimals,
  compareDecimals,
  isPositive,
  subtractDecimals,
  type Decimal,
} from "./decimal.ts";
import { InvalidValueError } from "./errors.ts";
import type { CustomerNumber, OrderId, ShipmentId } from "./identifiers.ts";
import type { OrderHold } from "./order-state.ts";
import type { Quantity } from "./quantity.ts";
import type { ReturnParcel } from "./return-to-credit/parcel.ts";
import type { ReturnTerms } from "./return-to-credit/terms.ts";
import type { Milestone } from "./shipment.ts";
import type { Instant } from "./time.ts";
import { refusal, type UserError } from "./user-error.ts";

/** Ours: the command that asked for it. */
export type ReturnId = Brand<string, "ReturnId">;

export const RETURN_STATUSES = [
  "REQUESTED",
  "AUTHORIZED",
  "RECEIVED",
  "INSPECTED",
  "CREDITED",
  "REJECTED",
  "CANCELLED",
] as const;
export type ReturnStatus = (typeof RETURN_STATUSES)[number];

/**
 * What a buyer wants to send back of one order (RMA: return merchandise authorization): the state of its way from
 * return to credit.
 */
export type Return = {
  readonly id: ReturnId;
  /** What the buyer writes on the box: `RMA-0000042`. */
  readonly number: string;
  readonly orderId: OrderId;
  readonly customerNumber: CustomerNumber;
  readonly status: ReturnStatus;
  readonly lines: readonly ReturnLine[];
  readonly requestedAt: Instant;
  /** As they were when it was asked for: a policy that changes later does not change what was agreed. */
  readonly terms: ReturnTerms;
  /** Who agreed to it, and why; `null` until somebody has. */
  readonly authorized: ReturnAuthorization | null;
  /** What is on its way back, one for each shipment that the goods left with; empty until it is authorized. */
  readonly parcels: readonly ReturnParcel[];
  /** Why it does not move: `{step}-{parcel}:{code}`. */
  readonly holds: readonly OrderHold[];
  /** What happened, oldest first, over all systems. */
  readonly timeline: readonly Milestone[];
  /** Somebody wants it to end before its goods are back; `null` when nobody does, or when they were faster. */
  readonly ending: ReturnEnding | null;
};

export type ReturnLine = {
  readonly lineNumber: number;
  /** In the unit that was ordered; more than zero. */
  readonly quantity: Quantity;
  readonly reason: string;
  /** The buyer named the shipment that it came with; the oldest is taken where it is left out. */
  readonly shipmentId?: ShipmentId;
  /** The buyer named the lot. */
  readonly lot?: string;
};

export type ReturnAuthorization = {
  readonly by: string;
  readonly note: string | null;
  readonly at: Instant;
};

export type ReturnEnding = {
  /** The buyer takes it back, or the distributor does not agree. */
  readonly kind: "cancel" | "reject";
  readonly by: string;
  readonly reason: string;
  readonly requestedAt: Instant;
};

/** What has left of one order line, in the unit that was ordered. */
export type ShippedLine = { readonly lineNumber: number; readonly shipped: Quantity };

/** A line as the buyer asks for it; `null` is a line that the order does not have. */
export type WantedReturn = { readonly line: ShippedLine | null; readonly quantity: Decimal };

/** @throws {InvalidValueError} when `raw` can be no return's id. */
export function parseReturnId(raw: string): ReturnId {
  const value = raw.trim();
  if (!/^[0-9A-Z]{26}$/.test(value)) throw new InvalidValueError("return", raw, "a return's id");
  return value as ReturnId;
}

/**
 * Only what has left can come back, and only once.
 * @param returning what earlier returns of the order, but rejected ones, ask for
 * @returns all that is wrong; `field` counts `wanted` from zero
 */
export function checkReturn(
  wanted: readonly WantedReturn[],
  returning: readonly Pick<ReturnLine, "lineNumber" | "quantity">[],
): UserError[] {
  if (wanted.length === 0) {
    return [refusal("NOT_RETURNABLE", "A return needs at least one line.", ["lines"])];
  }
  return wanted.flatMap(({ line, quantity }, at) => {
    const field = (part: string) => ["lines", String(at), part];
    if (line === null) {
      return [refusal("UNKNOWN_LINE", "The order has no such line.", field("orderLineId"))];
    }
    if (!isPositive(quantity)) {
      return [refusal("INVALID_QUANTITY", "quantity must be more than zero.", field("quantity"))];
    }
    const { lineNumber, shipped } = line;
    const before = [
      ...returning.filter((one) => one.lineNumber === lineNumber).map((one) => one.quantity.value),
      ...wanted
        .slice(0, at)
        .filter((one) => one.line?.lineNumber === lineNumber)
        .map((one) => one.quantity),
    ];
    const left = subtractDecimals(shipped.value, addDecimals(...before));
    if (compareDecimals(quantity, left) <= 0) return [];
    const message = `Of line ${String(lineNumber)} ${left} ${shipped.uom} can be returned, not ${quantity}.`;
    return [refusal("NOT_RETURNABLE", message, field("quantity"))];
  });
}
