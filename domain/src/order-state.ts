import type { InvoiceId, InvoiceNumber, OrderId, OrderNumber, ShipmentId } from "./identifiers.ts";
import type { InvoiceStatus } from "./invoice.ts";
import type { Money } from "./money.ts";
import type { OrderAmendment } from "./order-to-cash/events.ts";
import type { OrderDraft, OrderStatus } from "./order.ts";
import type { Quantity } from "./quantity.ts";
import type { Milestone, ShipmentStatus } from "./shipment.ts";
import type { Instant } from "./time.ts";

/**
 * What we know of an order that we took: the state of its order-to-cash process. It outlives the
 * order in the ERP, which forgets an order once it is shipped and invoiced.
 */
export type OrderState = {
  readonly id: OrderId;
  /** `null` until the ERP has created the order. */
  readonly number: OrderNumber | null;
  readonly status: OrderStatus;
  readonly draft: OrderDraft;
  /** Why it does not move. */
  readonly holds: readonly OrderHold[];
  /** What happened, oldest first, over all systems. */
  readonly timeline: readonly Milestone[];
  /** One entry per line of the draft, in order. */
  readonly lines: readonly OrderLineProgress[];
  readonly shipments: readonly OrderShipment[];
  readonly invoices: readonly OrderInvoice[];
  /** What was asked of the ERP and the warehouse to fulfil it, oldest first: undone from the end. */
  readonly steps: readonly FulfilmentStep[];
  /** What a client wants of the whole order and is not over yet; one at a time. */
  readonly request: OrderRequest | null;
};

/**
 * - `ASKED` its command is on its way, or waits for a person
 * - `DONE` the source has it
 * - `UNDOING` the command that takes it back is on its way, or waits for a person
 * - `UNDONE` nothing of it is left at the source
 * - `REFUSED` the source said no: there never was anything
 */
export type FulfilmentStepStatus = "ASKED" | "DONE" | "UNDOING" | "UNDONE" | "REFUSED";

export type FulfilmentStep = {
  readonly kind: "createOrder" | "releaseOrder";
  /** Which release, from 1; `null` for the sales order itself. */
  readonly release: number | null;
  readonly status: FulfilmentStepStatus;
  /** The command that did it; `null` before that, and where nobody wrote it down. */
  readonly commandId: string | null;
};

export type OrderRequest = {
  /** The command that ends with the request. */
  readonly commandId: string;
  readonly requestedAt: Instant;
} & (
  | { readonly kind: "cancel"; readonly reason: string | null }
  | {
      readonly kind: "amend";
      readonly amendment: OrderAmendment;
      /** The ERP has been asked to rewrite the order. */
      readonly isRewriting: boolean;
    }
);

export type OrderHold = { readonly code: string; readonly reason: string; readonly since: Instant };

/** Quantities are in the unit that was ordered. */
export type OrderLineProgress = {
  readonly lineNumber: number;
  readonly allocated: Quantity;
  readonly shipped: Quantity;
  readonly invoiced: Quantity;
};

export type OrderShipment = {
  readonly id: ShipmentId;
  readonly number: string;
  readonly status: ShipmentStatus;
  readonly lines: readonly ShippedGoods[];
  /** The bill for it; `null` until one was asked for. */
  readonly invoiceNumber: InvoiceNumber | null;
};

/** Goods of one line, and of one lot where the warehouse keeps lots: a line of two lots is two of these. */
export type ShippedGoods = {
  readonly lineNumber: number;
  /** In base units, as the warehouse counts. */
  readonly quantity: Quantity;
  /** `null` before they are picked and of what is kept without lots; left out by an earlier version. */
  readonly lot?: string | null;
  /** Left out by an earlier version. */
  readonly serials?: readonly string[];
};

export type OrderInvoice = {
  readonly number: InvoiceNumber;
  /** `null` until finance has made it. */
  readonly id: InvoiceId | null;
  readonly status: InvoiceStatus | null;
  readonly total: Money | null;
  readonly requestedAt: Instant;
  readonly postedAt: Instant | null;
};

/** What a subscriber of an order is told: the status it came to, or what was done to it. */
export const ORDER_CHANGES = [
  "SUBMITTED",
  "CONFIRMED",
  "HELD",
  "RELEASED",
  "AMENDED",
  "ALLOCATED",
  "BACKORDERED",
  "PICKING",
  "SHIPPED",
  "DELIVERED",
  "INVOICED",
  "CANCELLED",
  "REJECTED",
  "RETURN_REQUESTED",
] as const;
export type OrderChange = (typeof ORDER_CHANGES)[number];

/** The process of an order as it was written, also by a version that kept no steps. */
export function readOrderState(
  stored: Omit<OrderState, "steps" | "request"> & Partial<Pick<OrderState, "steps" | "request">>,
): OrderState {
  const { number, shipments, steps, request } = stored;
  if (steps !== undefined && request !== undefined) return { ...stored, steps, request };
  const create = {
    kind: "createOrder",
    release: null,
    status: number === null ? "ASKED" : "DONE",
    commandId: null,
  } as const;
  const release = {
    kind: "releaseOrder",
    release: 1,
    status: shipments.length === 0 ? "ASKED" : "DONE",
    commandId: null,
  } as const;
  return { ...stored, steps: number === null ? [create] : [create, release], request: null };
}
