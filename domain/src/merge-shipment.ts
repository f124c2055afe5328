import {
  furthestOf,
  isForward,
  statusSince,
  type Milestone,
  type Package,
  type Shipment,
} from "./shipment.ts";

/**
 * What is known of a shipment after one more look at it. Messages come late and twice, and a carrier
 * may know more than the warehouse's document: the status only moves forward, and what was once known
 * (tracking, times, milestones) is never erased.
 */
export function mergeShipment(known: Shipment | null, seen: Shipment): Shipment {
  if (known === null) return seen;
  const moves = movesOn(known, seen);
  const status = moves ? seen.status : known.status;
  const newest = seen.modifiedAt >= known.modifiedAt ? seen : known;
  const told = newest.status === status ? newest : moves ? seen : known;
  return {
    ...newest,
    status,
    problem: told.problem,
    carrier: newest.carrier ?? known.carrier ?? seen.carrier,
    trackingNumber: newest.trackingNumber ?? known.trackingNumber ?? seen.trackingNumber,
    trackingUrl: newest.trackingUrl ?? known.trackingUrl ?? seen.trackingUrl,
    milestones: joinMilestones(known.milestones, seen.milestones),
    shippedAt: known.shippedAt ?? seen.shippedAt,
    estimatedDeliveryAt: newest.estimatedDeliveryAt ?? known.estimatedDeliveryAt,
    deliveredAt: known.deliveredAt ?? seen.deliveredAt,
    ...joinProofs(known, seen),
    packages: joinPackages(newest.packages, newest === seen ? known.packages : seen.packages),
  };
}

/** The first one that was told; who signed may be told later. */
function joinProofs(known: Shipment, seen: Shipment): Pick<Shipment, "proofOfDelivery"> {
  const told = [known.proofOfDelivery, seen.proofOfDelivery].filter((proof) => proof != null);
  const proof = told.find(({ receivedBy }) => receivedBy !== null) ?? told[0];
  return proof === undefined ? {} : { proofOfDelivery: proof };
}

/** How it was packed as was told last; what arrived stays there. */
function joinPackages(newest: readonly Package[], others: readonly Package[]): Package[] {
  return newest.map((each) => {
    const other = others.find(({ id }) => id === each.id);
    const deliveredAt = each.deliveredAt ?? other?.deliveredAt ?? null;
    return deliveredAt === null ? each : { ...each, deliveredAt };
  });
}

/** Oldest first; of two of the same type and time the first known is kept. */
export function joinMilestones(
  known: readonly Milestone[],
  seen: readonly Milestone[],
): Milestone[] {
  const byKey = new Map<string, Milestone>();
  for (const milestone of [...known, ...seen]) {
    const key = `${milestone.type} ${milestone.at}`;
    if (!byKey.has(key)) byKey.set(key, milestone);
  }
  return [...byKey.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/**
 * An exception and what clears it may contradict each other: there the later word counts, but for the end
 * of the way, whenever it was reached.
 */
function movesOn(known: Shipment, seen: Shipment): boolean {
  if (!isForward(known.status, seen.status)) return false;
  if (seen.status === "CANCELLED" || seen.status === "DELIVERED") return true;
  if (seen.status !== "EXCEPTION" && known.status !== "EXCEPTION") return true;
  const isLater = statusSince(seen) >= statusSince(known);
  if (seen.status === "EXCEPTION") return isLater;
  if (isForward(furthestOf(known), seen.status)) return isLater;
  return isReportedBy(seen, known) && seen.modifiedAt >= known.modifiedAt;
}

/** Whether who tells of `seen` reported the exception too, and so can take it back without a step. */
function isReportedBy(seen: Shipment, known: Shipment): boolean {
  const exception = known.milestones.findLast(({ type }) => type === "EXCEPTION");
  const sources = seen.milestones.map(({ source }) => source);
  return exception === undefined || sources.includes(exception.source);
}
