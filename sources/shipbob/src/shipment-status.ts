import type { ShipmentStatus } from "@crossdock/domain";
import type { ShipmentDocument } from "./order-document.ts";
import { shortWordsOf } from "./shortfalls.ts";

/** What the vendor's status means when no detail says more. A label is not a departure. */
const BY_STATUS: Readonly<Record<string, ShipmentStatus>> = {
  None: "PLANNED",
  ImportReview: "PLANNED",
  Processing: "RELEASED",
  LabeledCreated: "PACKED",
  Completed: "SHIPPED",
  CleanSweeped: "SHIPPED",
  Exception: "EXCEPTION",
  OnHold: "EXCEPTION",
  Cancelled: "CANCELLED",
  // Words of the status filter, which some answers use for the status itself.
  Picked: "PICKED",
  Packed: "PACKED",
  Shipped: "SHIPPED",
  InTransit: "IN_TRANSIT",
  Delivered: "DELIVERED",
  DeliveryException: "EXCEPTION",
};
/** Details that say more, per status: the same word means different things under different statuses. */
const BY_DETAIL: Readonly<Record<string, Readonly<Record<string, ShipmentStatus>>>> = {
  Processing: { PickInProgress: "PICKING", Picked: "PICKED", Packed: "PACKED", Labeled: "PACKED" },
  Completed: {
    InTransit: "IN_TRANSIT",
    OutForDelivery: "OUT_FOR_DELIVERY",
    Delivered: "DELIVERED",
    DeliveryException: "EXCEPTION",
  },
};

/** An unknown word is a problem that a person should see, not a guess. */
export function statusOf({ status, status_details: details }: ShipmentDocument): ShipmentStatus {
  const refined = (details ?? [])
    .map(({ name }) => BY_DETAIL[status]?.[name ?? ""])
    .find((found) => found !== undefined);
  return refined ?? BY_STATUS[status] ?? "EXCEPTION";
}

/** What stops a shipment, as a clerk would say it; of another word we tell the warehouse's own. */
const WORDS: Readonly<Record<string, string>> = {
  OutOfStock: "The warehouse is out of stock",
  UnknownSku: "The warehouse does not know an item",
  InvalidAddress: "The warehouse cannot ship to the address",
  Manual: "Somebody holds it at the warehouse",
  MissingInfo: "The warehouse lacks something that it needs to know",
  DeliveryException: "The carrier could not deliver it",
};

/** Why the shipment does not move, with what the warehouse says of it; `null` when nothing is wrong. */
export function problemOf(shipment: ShipmentDocument): string | null {
  const status = statusOf(shipment);
  const short = shortWordsOf(shipment);
  if (status === "CANCELLED") return short.length > 0 ? `${short.join("; ")}.` : null;
  if (status !== "EXCEPTION") return null;
  const reasons = (shipment.status_details ?? []).flatMap(({ name, description }) => {
    const words = WORDS[name ?? ""];
    if (words === undefined) return description ?? name ?? [];
    return description == null ? words : `${words}: ${description}`;
  });
  return reasons.length > 0 ? reasons.join("; ") : `The warehouse reports ${shipment.status}.`;
}
