import { joinMilestones } from "./merge-shipment.ts";
import { reportedPackage, withPackageDelivered } from "./package-report.ts";
import {
  furthestOf,
  isForward,
  statusSince,
  type Milestone,
  type Shipment,
  type ShipmentStatus,
} from "./shipment.ts";
import type { Instant } from "./time.ts";
import { refusal, type UserError } from "./user-error.ts";

/** What a carrier or a warehouse says happened to a shipment. */
export type ShipmentReport = {
  readonly status: ShipmentStatus;
  readonly at: Instant;
  /** Of the shipment, or of one of its packages: then it is about that one. */
  readonly trackingNumber: string | null;
  readonly note: string | null;
  /** Who took a delivery in; `null` or left out where nobody told. */
  readonly receivedBy?: string | null;
  /** When the carrier means to deliver; `null` or left out where nobody told. */
  readonly estimatedDeliveryAt?: Instant | null;
  /** Who says so, as its milestone will name it. */
  readonly source: string;
};

/** How far the clocks of those who report may be off. */
export const REPORT_CLOCK_TOLERANCE_MS = 300_000;

/**
 * Every reason why the report cannot be taken. What was reported before, same status and time, has
 * none, however far the shipment has come since.
 */
export function checkReport(known: Shipment, report: ShipmentReport, now: Instant): UserError[] {
  return [
    ...(isRepeat(known, report)
      ? []
      : [...checkStep(known, report), ...checkTime(known, report, now)]),
    ...checkTracking(known, report),
    ...checkReceiver(report),
    ...checkEstimate(report),
  ];
}

/** The shipment with a report that `checkReport` found nothing against; a repeat changes nothing. */
export function withReport(known: Shipment, report: ShipmentReport): Shipment {
  const { status, at, source } = report;
  const parcel = reportedPackage(known, report);
  const ofParcel = parcel === null ? null : `Parcel ${String(parcel.trackingNumber)}`;
  if (parcel !== null && status === "DELIVERED") return withPackageDelivered(known, parcel, report);
  const trackingNumber = known.trackingNumber ?? (parcel === null ? report.trackingNumber : null);
  const proof = proofAfter(known, report);
  const estimatedDeliveryAt = report.estimatedDeliveryAt ?? known.estimatedDeliveryAt;
  if (isRepeat(known, report)) return { ...known, trackingNumber, estimatedDeliveryAt, ...proof };
  const words = [ofParcel, report.note].filter((word) => word !== null);
  const note = words.length === 0 ? null : words.join(": ");
  const milestone: Milestone = { type: status, at, source, note };
  return {
    ...known,
    status,
    problem: status === "EXCEPTION" ? note : null,
    trackingNumber,
    estimatedDeliveryAt,
    milestones: joinMilestones(known.milestones, [milestone]),
    shippedAt: known.shippedAt ?? (status === "SHIPPED" ? at : null),
    deliveredAt: known.deliveredAt ?? (status === "DELIVERED" ? at : null),
    ...proof,
  };
}

/** A delivery is proved by whoever tells of it first; who signed may be told later. */
function proofAfter(
  { proofOfDelivery: known }: Shipment,
  { status, at, receivedBy = null }: ShipmentReport,
): Pick<Shipment, "proofOfDelivery"> {
  if (status !== "DELIVERED" || known?.receivedBy != null) return {};
  return { proofOfDelivery: { at: known?.at ?? at, receivedBy } };
}

function isRepeat(known: Shipment, report: ShipmentReport): boolean {
  const { status, at } = report;
  const parcel = reportedPackage(known, report);
  if (parcel !== null && status === "DELIVERED") return parcel.deliveredAt != null;
  return known.milestones.some((milestone) => milestone.type === status && milestone.at === at);
}

/** What is planned, told to the warehouse or taken back is not for others to say. */
const NOT_REPORTED: ReadonlySet<ShipmentStatus> = new Set(["PLANNED", "RELEASED", "CANCELLED"]);

function checkStep(known: Shipment, report: ShipmentReport): UserError[] {
  const { status } = report;
  if (NOT_REPORTED.has(status)) {
    return [refusal("INVALID_STATUS", `${status} is not a milestone to report.`, ["status"])];
  }
  if (isStepForward(known, report)) return [];
  const message = `The shipment is ${known.status} and cannot go back to ${status}.`;
  return [refusal("INVALID_STATUS", message, ["status"])];
}

/** The same step may be reported at another time: two scans, two exceptions. */
function isStepForward(known: Shipment, { status, at }: ShipmentReport): boolean {
  if (known.status === status) return true;
  if (!isForward(known.status, status)) return false;
  if (status === "DELIVERED" || (status !== "EXCEPTION" && known.status !== "EXCEPTION"))
    return true;
  // An exception and what clears it may come in any order: the later word counts.
  const isLate = Date.parse(at) < Date.parse(statusSince(known)) - REPORT_CLOCK_TOLERANCE_MS;
  if (isLate || status === "EXCEPTION") return !isLate;
  const furthest = furthestOf(known);
  return furthest === status || isForward(furthest, status);
}

function checkTime(known: Shipment, { at }: ShipmentReport, now: Instant): UserError[] {
  const atMs = Date.parse(at);
  if (atMs > Date.parse(now) + REPORT_CLOCK_TOLERANCE_MS) {
    return [refusal("INVALID_STATUS", `at is in the future; it is ${now} now.`, ["at"])];
  }
  const [first] = known.milestones;
  if (first !== undefined && atMs < Date.parse(first.at) - REPORT_CLOCK_TOLERANCE_MS) {
    const message = `at is before the shipment's first milestone, ${first.at}.`;
    return [refusal("INVALID_STATUS", message, ["at"])];
  }
  return [];
}

/** Another number would be another parcel. */
function checkTracking(known: Shipment, report: ShipmentReport): UserError[] {
  const { trackingNumber } = report;
  if (trackingNumber === null || known.trackingNumber === null) return [];
  if (trackingNumber === known.trackingNumber || reportedPackage(known, report) !== null) return [];
  const message =
    "trackingNumber is neither the one that this shipment has nor one of its packages'.";
  return [refusal("INVALID_VALUE", message, ["trackingNumber"])];
}

function checkReceiver({ status, receivedBy = null }: ShipmentReport): UserError[] {
  if (receivedBy === null || status === "DELIVERED") return [];
  const message = "receivedBy goes with a delivery only.";
  return [refusal("INVALID_VALUE", message, ["receivedBy"])];
}

function checkEstimate({ status, estimatedDeliveryAt = null }: ShipmentReport): UserError[] {
  if (estimatedDeliveryAt === null || status !== "DELIVERED") return [];
  const message = "estimatedDeliveryAt says nothing of what has arrived.";
  return [refusal("INVALID_VALUE", message, ["estimatedDeliveryAt"])];
}
