import type {
  InvoiceNumber,
  OrderId,
  OrderNumber,
  ShipmentId,
  WarehouseCode,
} from "./identifiers.ts";
import type { BillingTerms, OrderInvoice } from "./bill.ts";
import type { Money } from "./money.ts";
import type { LineShortfall, OrderAmendment } from "./order-to-cash/events.ts";
import type { OrderDraft, OrderStatus } from "./order.ts";
import type { Quantity } from "./quantity.ts";
import type { Milestone, ShipmentStatus } from "./shipment.ts";
import { releasedWhole, sourcingWithout, type OrderSourcing } from "./sourcing/order-sourcing.ts";
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
  /** Where the goods come from that no warehouse was told to send yet. */
  readonly sourcing: OrderSourcing;
  /** What a client wants of the whole order and is not over yet; one at a time. */
  readonly request: OrderRequest | null;
  /** That of the request it came with: what sources tell of it belongs to the same; left out where an earlier version wrote it. */
  readonly correlationId?: string;
  /** Of the span that accepted it, as the W3C's header has it; left out: it is in no trace. */
  readonly traceparent?: string;
  /** What its bills wait for; left out: nothing but the shipment. */
  readonly billing?: BillingTerms;
  /** Lines whose price the ERP has otherwise, as it showed them last; left out: none. */
  readonly erpPrices?: readonly ErpPrice[];
};

/** Per unit that was ordered. */
export type ErpPrice = { readonly lineNumber: number; readonly unitPrice: Money };

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
  /** When the warehouse was known to have the release: what it says of its stock since is without these goods. */
  readonly takenAt?: Instant;
  /** Which warehouse was told; `null` for the sales order itself. */
  readonly warehouse: WarehouseCode | null;
  /** What it was told to send, in base units, and why this warehouse; empty for the sales order itself. */
  readonly lines: readonly {
    readonly lineNumber: number;
    readonly quantity: Quantity;
    readonly reason: string;
  }[];
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
  /** Which release of the order it is of; `null` or left out where nobody told. */
  readonly release?: number | null;
  readonly lines: readonly ShippedGoods[];
  /** The bill for it; `null` until one was asked for. */
  readonly invoiceNumber: InvoiceNumber | null;
  /** Since when it has its status; left out where an older version wrote it. */
  readonly since?: Instant;
  /** What was to be in it and will not be sent with its release. */
  readonly shortfalls?: readonly LineShortfall[];
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

type InvoiceOfBefore = Pick<OrderInvoice, "number" | "id" | "status" | "total" | "postedAt"> & {
  readonly requestedAt: Instant;
};
type StoredInvoice = OrderInvoice | InvoiceOfBefore;

type StoredStep = Omit<FulfilmentStep, "warehouse" | "lines"> &
  Partial<Pick<FulfilmentStep, "warehouse" | "lines">>;

/** The process of an order as it was written, also by a version that kept no steps, or one warehouse per order. */
export function readOrderState(
  stored: Omit<OrderState, "steps" | "request" | "sourcing" | "invoices"> &
    Partial<Pick<OrderState, "request" | "sourcing">> & {
      readonly steps?: readonly StoredStep[];
      readonly invoices: readonly StoredInvoice[];
    },
): OrderState {
  const { draft, request = null } = stored;
  const steps = (stored.steps ?? earliestSteps(stored)).map((step): FulfilmentStep => {
    if (step.kind === "createOrder") return { ...step, warehouse: null, lines: [] };
    return { ...releasedWhole(draft), ...step };
  });
  const invoices = stored.invoices.map((invoice) => readInvoice(invoice, stored.shipments));
  const sourcing = stored.sourcing ?? sourcingWithout(draft, steps);
  return { ...stored, steps, request, invoices, sourcing };
}

/** A bill of a version that asked finance for each as soon as its shipment had left. */
function readInvoice(stored: StoredInvoice, shipments: readonly OrderShipment[]): OrderInvoice {
  if ("openedAt" in stored) return stored;
  const shipment = shipments.find(({ invoiceNumber }) => invoiceNumber === stored.number);
  return {
    shipmentId: shipment?.id ?? null,
    openedAt: stored.requestedAt,
    conditions: [],
    freight: null,
    tax: null,
    decisions: [],
    ...stored,
  };
}

/** What was asked of an order whose steps nobody wrote down. */
function earliestSteps({
  number,
  shipments,
}: Pick<OrderState, "number" | "shipments">): readonly StoredStep[] {
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
  return number === null ? [create] : [create, release];
}
