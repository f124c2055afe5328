import { isForward, type Milestone, type Shipment } from "./shipment.ts";

/**
 * What is known of a shipment after one more look at it. Messages come late and twice: the status
 * only moves forward, and what was once known (tracking, times, milestones) is never erased.
 */
export function mergeShipment(known: Shipment | null, seen: Shipment): Shipment {
  if (known === null) return seen;
  const moves = isForward(known.status, seen.status);
  const newest = seen.modifiedAt >= known.modifiedAt ? seen : known;
  return {
    ...newest,
    status: moves ? seen.status : known.status,
    problem: (moves ? seen : newest).problem,
    carrier: newest.carrier ?? known.carrier ?? seen.carrier,
    trackingNumber: newest.trackingNumber ?? known.trackingNumber ?? seen.trackingNumber,
    trackingUrl: newest.trackingUrl ?? known.trackingUrl ?? seen.trackingUrl,
    milestones: joinMilestones(known.milestones, seen.milestones),
    shippedAt: known.shippedAt ?? seen.shippedAt,
    estimatedDeliveryAt: newest.estimatedDeliveryAt ?? known.estimatedDeliveryAt,
    deliveredAt: known.deliveredAt ?? seen.deliveredAt,
  };
}

/** Oldest first; of two of the same type and time one is kept. */
function joinMilestones(known: readonly Milestone[], seen: readonly Milestone[]): Milestone[] {
  const byKey = new Map(
    [...known, ...seen].map((milestone) => [`${milestone.type} ${milestone.at}`, milestone]),
  );
  return [...byKey.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
