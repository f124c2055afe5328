import {
  furthestOf,
  hasShipped,
  statusSince,
  type Shipment,
  type ShipmentStatus,
  type ShortfallReason,
} from "./shipment.ts";
import type { Instant } from "./time.ts";

/** What stands in the way of a shipment, for a customer-service clerk to read out. */
export type ShipmentBlocker = {
  readonly code: ShipmentBlockerCode;
  readonly message: string;
  readonly since: Instant | null;
  /** Who can lift it. */
  readonly owner: "warehouse" | "carrier";
};

export type ShipmentBlockerCode =
  | "WAREHOUSE_EXCEPTION"
  | "CARRIER_EXCEPTION"
  | "SHORT_PICK"
  | "DAMAGED_GOODS"
  | "WRONG_LOT"
  | "WAITING_FOR_PICK"
  | "WAITING_FOR_DISPATCH";

const HOUR_MS = 3_600_000;
/** Warehouses hand over within a day: what takes longer somebody has to ask for. */
export const USUAL_PICK_MS = 24 * HOUR_MS;
export const USUAL_DISPATCH_MS = 24 * HOUR_MS;

/**
 * Why the shipment does not move, or not whole: what a system reports, what is missing of it while it has not left, and
 * what takes longer than it usually does. Empty when nothing stands in its way.
 */
export function shipmentBlockers(shipment: Shipment, now: Instant): readonly ShipmentBlocker[] {
  return [...reported(shipment), ...missing(shipment), ...late(shipment, now)];
}

/** What has left is in the carrier's hands, and so is what is wrong with it. */
function reported(shipment: Shipment): ShipmentBlocker[] {
  const { status, problem, milestones } = shipment;
  if (status === "CANCELLED" || (status !== "EXCEPTION" && problem === null)) return [];
  const isWithCarrier = hasShipped(furthestOf(shipment));
  const owner = isWithCarrier ? "carrier" : "warehouse";
  return [
    {
      code: isWithCarrier ? "CARRIER_EXCEPTION" : "WAREHOUSE_EXCEPTION",
      message: problem ?? `The ${owner} reports a problem with this shipment.`,
      since: milestones.findLast(({ type }) => type === "EXCEPTION")?.at ?? null,
      owner,
    },
  ];
}

const SHORT: Readonly<
  Record<ShortfallReason, { readonly code: ShipmentBlockerCode; readonly words: string }>
> = {
  SHORT_PICK: { code: "SHORT_PICK", words: "were not on the shelf" },
  DAMAGED: { code: "DAMAGED_GOODS", words: "were damaged" },
  WRONG_LOT: { code: "WRONG_LOT", words: "were of another lot than was to be sent" },
};

function missing({ status, shortfalls = [], modifiedAt }: Shipment): ShipmentBlocker[] {
  if (hasShipped(status)) return [];
  return shortfalls.map(({ sku, quantity, reason }) => ({
    code: SHORT[reason].code,
    message: `${quantity.value} ${quantity.uom} of ${sku} ${SHORT[reason].words} and will not be sent with this shipment.`,
    since: modifiedAt,
    owner: "warehouse",
  }));
}

const UNPICKED: ReadonlySet<ShipmentStatus> = new Set(["RELEASED", "PICKING"]);
const UNSENT: ReadonlySet<ShipmentStatus> = new Set(["PICKED", "PACKED"]);

function late(shipment: Shipment, now: Instant): ShipmentBlocker[] {
  const since = statusSince(shipment);
  const hours = Math.floor((Date.parse(now) - Date.parse(since)) / HOUR_MS);
  const takes = (usualMs: number) => Date.parse(now) - Date.parse(since) > usualMs;
  const words = (what: string, usualMs: number) =>
    `The warehouse has not ${what} for ${String(hours)} hours; usually it takes at most ${String(usualMs / HOUR_MS)}.`;
  if (UNPICKED.has(shipment.status) && takes(USUAL_PICK_MS)) {
    const message = words("picked it", USUAL_PICK_MS);
    return [{ code: "WAITING_FOR_PICK", message, since, owner: "warehouse" }];
  }
  if (UNSENT.has(shipment.status) && takes(USUAL_DISPATCH_MS)) {
    const message = words("handed it to the carrier", USUAL_DISPATCH_MS);
    return [{ code: "WAITING_FOR_DISPATCH", message, since, owner: "warehouse" }];
  }
  return [];
}
