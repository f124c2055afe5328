import { checkReport, withReport } from "./shipment-report.ts";
import {
  SHIPMENT_STATUSES,
  type Milestone,
  type Shipment,
  type ShipmentStatus,
} from "./shipment.ts";
import type { Instant } from "./time.ts";

/** How far one parcel is, as its carrier tells it. */
export type TrackedParcel = {
  readonly trackingNumber: string;
  /** Oldest first; types that are no status of a shipment tell nothing of where its goods are. */
  readonly milestones: readonly Milestone[];
  readonly estimatedDeliveryAt: Instant | null;
  /** Who took it in; `null` or left out where the carrier does not tell. */
  readonly receivedBy?: string | null;
};

/** What its parcels are looked for by: each once, the shipment's own first. */
export function trackingNumbersOf({
  trackingNumber,
  packages,
}: Pick<Shipment, "trackingNumber" | "packages">): readonly string[] {
  const all = [trackingNumber, ...packages.map((each) => each.trackingNumber)];
  return [...new Set(all.filter((number) => number !== null))];
}

/**
 * The shipment with what its carrier tells of its parcels, merged forward: what is known already changes nothing, and what
 * would take it back is passed over. Goods that have not left are the warehouse's to tell of.
 * @returns the same shipment when nothing is new
 */
export function withTracking(
  known: Shipment,
  parcels: readonly TrackedParcel[],
  now: Instant,
): Shipment {
  const scans = parcels
    .flatMap(({ milestones, ...parcel }) => milestones.map((scan) => ({ ...parcel, scan })))
    .sort((left, right) => (left.scan.at < right.scan.at ? -1 : 1));
  return scans.reduce((shipment, { trackingNumber, estimatedDeliveryAt, receivedBy, scan }) => {
    const { type: status, at, note, source } = scan;
    if (!isTold(status)) return shipment;
    const isDelivery = status === "DELIVERED";
    const report = {
      status,
      at,
      trackingNumber,
      note,
      source,
      receivedBy: isDelivery ? (receivedBy ?? null) : null,
      estimatedDeliveryAt: isDelivery ? null : estimatedDeliveryAt,
    };
    if (isKnown(shipment, status, trackingNumber, at)) return shipment;
    return checkReport(shipment, report, now).length > 0 ? shipment : withReport(shipment, report);
  }, known);
}

/** What a carrier can say; what a warehouse does, and what was taken back, it does not know. */
const TOLD: ReadonlySet<string> = new Set<ShipmentStatus>([
  "IN_TRANSIT",
  "OUT_FOR_DELIVERY",
  "DELIVERED",
  "EXCEPTION",
]);

function isTold(type: string): type is ShipmentStatus {
  return TOLD.has(type) && SHIPMENT_STATUSES.some((status) => status === type);
}

/** Warehouse and carrier tell of one step at different times: the first word on it stands, but for exceptions. */
function isKnown(
  { status, milestones, packages, trackingNumber: main }: Shipment,
  told: ShipmentStatus,
  trackingNumber: string,
  at: Instant,
): boolean {
  if (status === "DELIVERED") return true;
  const parcel =
    packages.length > 1 && trackingNumber !== main
      ? packages.find((each) => each.trackingNumber === trackingNumber)
      : undefined;
  if (parcel !== undefined && told === "DELIVERED") return parcel.deliveredAt != null;
  const same = milestones.filter(({ type }) => type === told);
  return told === "EXCEPTION" ? same.some((known) => known.at === at) : same.length > 0;
}
