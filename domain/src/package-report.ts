import { joinMilestones } from "./merge-shipment.ts";
import type { ShipmentReport } from "./shipment-report.ts";
import { isForward, type Milestone, type Package, type Shipment } from "./shipment.ts";

/** What a shipment's timeline says of one of several packages that arrived. */
export const PACKAGE_DELIVERED = "PACKAGE_DELIVERED";

/**
 * Which of several packages a report is about.
 * @returns `null` when it is about the shipment as a whole, or names none of its packages
 */
export function reportedPackage(
  { packages, trackingNumber }: Shipment,
  told: Pick<ShipmentReport, "trackingNumber">,
): Package | null {
  if (told.trackingNumber === null || told.trackingNumber === trackingNumber) return null;
  if (packages.length < 2) return null;
  return packages.find((each) => each.trackingNumber === told.trackingNumber) ?? null;
}

/** The shipment with one of its packages delivered: it has arrived when the last of them has, in whatever order. */
export function withPackageDelivered(
  known: Shipment,
  arrived: Package,
  { at, source, note, receivedBy = null }: ShipmentReport,
): Shipment {
  if (arrived.deliveredAt != null) return known;
  const packages = known.packages.map((each) =>
    each === arrived ? { ...each, deliveredAt: at } : each,
  );
  const words = [arrived.trackingNumber, note].filter((word) => word !== null);
  const milestones: Milestone[] = [{ type: PACKAGE_DELIVERED, at, source, note: words.join(": ") }];
  const proof = known.proofOfDelivery ?? null;
  const proofOfDelivery = proof?.receivedBy == null ? { at, receivedBy } : proof;
  const times = packages.map(({ deliveredAt = null }) => deliveredAt);
  if (known.status !== "DELIVERED" && times.every((time) => time !== null)) {
    const last = times.reduce((latest, time) => (time > latest ? time : latest));
    milestones.push({ type: "DELIVERED", at: last, source, note: null });
    return {
      ...known,
      packages,
      status: "DELIVERED",
      problem: null,
      milestones: joinMilestones(known.milestones, milestones),
      deliveredAt: last,
      proofOfDelivery: { ...proofOfDelivery, at: last },
    };
  }
  // What arrived had left: the others of it are on their way at least. What holds one of them up goes on to.
  const isMoved = known.status !== "EXCEPTION" && isForward(known.status, "IN_TRANSIT");
  if (isMoved) milestones.push({ type: "IN_TRANSIT", at, source, note: null });
  return {
    ...known,
    packages,
    status: isMoved ? "IN_TRANSIT" : known.status,
    milestones: joinMilestones(known.milestones, milestones),
    ...(proofOfDelivery.receivedBy === null ? {} : { proofOfDelivery }),
  };
}
