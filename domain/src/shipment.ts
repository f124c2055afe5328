import type { Address } from "./address.ts";
import type { OrderNumber, ShipmentId, Sku, WarehouseCode } from "./identifiers.ts";
import type { Quantity } from "./quantity.ts";
import type { Instant } from "./time.ts";

export const SHIPMENT_STATUSES = [
  "PLANNED",
  "RELEASED",
  "PICKING",
  "PICKED",
  "PACKED",
  "SHIPPED",
  "IN_TRANSIT",
  "OUT_FOR_DELIVERY",
  "DELIVERED",
  "EXCEPTION",
  "CANCELLED",
] as const;
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

/** What the warehouse sends out together. The warehouse system owns it. */
export type Shipment = {
  readonly id: ShipmentId;
  readonly number: string;
  /** The orders that it carries lines of, by their number in the ERP. */
  readonly orderNumbers: readonly OrderNumber[];
  readonly warehouse: WarehouseCode;
  /** Which release of its order it is of; `null` or left out where the warehouse does not tell. */
  readonly release?: number | null;
  readonly status: ShipmentStatus;
  readonly carrier: Carrier | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  readonly shipTo: Address | null;
  readonly lines: readonly ShipmentLine[];
  readonly packages: readonly Package[];
  /** What happened to it, oldest first. */
  readonly milestones: readonly Milestone[];
  readonly shippedAt: Instant | null;
  readonly estimatedDeliveryAt: Instant | null;
  readonly deliveredAt: Instant | null;
  /** Why it does not move; `null` when nothing is wrong. */
  readonly problem: string | null;
  /** What the warehouse was told to send with it and will not; nothing where it is left out. */
  readonly shortfalls?: readonly Shortfall[];
  /** Who took it in, of several packages one of them; `null` or left out while nobody told. */
  readonly proofOfDelivery?: ProofOfDelivery | null;
  readonly modifiedAt: Instant;
};

/**
 * - `SHORT_PICK` fewer lay on the shelf than the books say
 * - `DAMAGED` found broken when it was packed
 * - `WRONG_LOT` another lot lay there than was to be sent
 */
export const SHORTFALL_REASONS = ["SHORT_PICK", "DAMAGED", "WRONG_LOT"] as const;
export type ShortfallReason = (typeof SHORTFALL_REASONS)[number];

/** Of one line, in base units. */
export type Shortfall = {
  readonly orderNumber: OrderNumber;
  readonly lineNumber: number;
  readonly sku: Sku;
  readonly quantity: Quantity;
  readonly reason: ShortfallReason;
};

/** `receivedBy` is who signed, as the carrier tells it; `null` when nobody had to or told. */
export type ProofOfDelivery = { readonly at: Instant; readonly receivedBy: string | null };

export type Carrier = {
  readonly scac: string | null;
  readonly name: string;
  readonly service: string | null;
};

export type ShipmentLine = {
  readonly orderNumber: OrderNumber;
  readonly lineNumber: number;
  readonly sku: Sku;
  readonly quantity: Quantity;
  readonly lot: string | null;
  readonly serials: readonly string[];
};

export type Package = {
  readonly id: string;
  readonly trackingNumber: string | null;
  readonly weight: Quantity | null;
  readonly lines: readonly ShipmentLine[];
  /** When this one arrived, where that was told of it alone; `null` or left out while it was not. */
  readonly deliveredAt?: Instant | null;
};

/** `type` is a shipment status or a word of the source's own. */
export type Milestone = {
  readonly type: string;
  readonly at: Instant;
  readonly source: string;
  readonly note: string | null;
};

type Step = Exclude<ShipmentStatus, "EXCEPTION" | "CANCELLED">;

function isStep(type: string): type is Step {
  return type in RANK && type !== "EXCEPTION" && type !== "CANCELLED";
}

const RANK: Readonly<Record<ShipmentStatus, number>> = {
  PLANNED: 0,
  RELEASED: 1,
  EXCEPTION: 1,
  PICKING: 2,
  PICKED: 3,
  PACKED: 4,
  SHIPPED: 5,
  IN_TRANSIT: 6,
  OUT_FOR_DELIVERY: 7,
  DELIVERED: 8,
  CANCELLED: 9,
};

/**
 * Goods do not move backwards: a late or repeated message may not turn DELIVERED into SHIPPED. An
 * exception interrupts whatever comes before delivery and clears into any later step.
 */
export function isForward(from: ShipmentStatus, to: ShipmentStatus): boolean {
  if (from === to || from === "CANCELLED" || from === "DELIVERED") return false;
  if (to === "EXCEPTION" || from === "EXCEPTION") return true;
  return RANK[to] > RANK[from];
}

/** How far its goods have come by what happened to it, whatever interrupted them since. */
export function furthestOf({ milestones }: Pick<Shipment, "milestones">): ShipmentStatus {
  const steps = milestones.map(({ type }) => type).filter(isStep);
  return steps.reduce((furthest, step) => (isForward(furthest, step) ? step : furthest), "PLANNED");
}

/** When it came to the status that it has. */
export function statusSince({ status, milestones, modifiedAt }: Shipment): Instant {
  return milestones.findLast(({ type }) => type === status)?.at ?? modifiedAt;
}

/** Whether the goods have left the building. */
export function hasShipped(status: ShipmentStatus): boolean {
  return (
    status === "SHIPPED" ||
    status === "IN_TRANSIT" ||
    status === "OUT_FOR_DELIVERY" ||
    status === "DELIVERED"
  );
}
