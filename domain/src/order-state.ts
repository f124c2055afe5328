import type { InvoiceId, InvoiceNumber, OrderId, OrderNumber, ShipmentId } from "./identifiers.ts";
import type { InvoiceStatus } from "./invoice.ts";
import type { Money } from "./money.ts";
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
};

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
  /** In base units, as the warehouse counts. */
  readonly lines: readonly { readonly lineNumber: number; readonly quantity: Quantity }[];
  /** The bill for it; `null` until one was asked for. */
  readonly invoiceNumber: InvoiceNumber | null;
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
