import type { Milestone, ShipmentStatus } from "@crossdock/domain";
import type { ParcelTracking, TrackingReader } from "@crossdock/source-contract";
import type { EasypostClient } from "./easypost-client.ts";
import { readTrackers, type Tracker } from "./tracker-reader.ts";

const LABEL = "LABEL_CREATED";
/** The vendor's words. A label is no sign that goods have left; of `unknown` there is nothing to say. */
const STATUS_OF: Readonly<Record<string, ShipmentStatus | typeof LABEL>> = {
  pre_transit: LABEL,
  in_transit: "IN_TRANSIT",
  out_for_delivery: "OUT_FOR_DELIVERY",
  available_for_pickup: "OUT_FOR_DELIVERY",
  delivered: "DELIVERED",
  return_to_sender: "EXCEPTION",
  failure: "EXCEPTION",
  error: "EXCEPTION",
  cancelled: "CANCELLED",
};

export function createTrackingReader(client: EasypostClient): TrackingReader {
  return {
    async readTracking(trackingNumbers, signal) {
      const trackers = await readTrackers(client, trackingNumbers, signal);
      return trackers.map((tracker) =>
        tracker === null ? null : toTracking(tracker, client.name),
      );
    },
  };
}

function toTracking(tracker: Tracker, name: string): ParcelTracking {
  const status = STATUS_OF[tracker.status] ?? null;
  return {
    trackingNumber: tracker.tracking_code,
    status: status === LABEL ? null : status,
    milestones: tracker.tracking_details
      .flatMap((detail): Milestone[] => {
        const type = STATUS_OF[detail.status];
        if (type === undefined) return [];
        return [{ type, at: detail.datetime, source: name, note: detail.message ?? null }];
      })
      .sort((one, other) => one.at.localeCompare(other.at)),
    estimatedDeliveryAt: tracker.est_delivery_date ?? null,
    receivedBy: tracker.signed_by ?? null,
  };
}
