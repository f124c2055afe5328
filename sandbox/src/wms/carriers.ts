import type { World } from "../world/world.ts";
import type { OrderRecord } from "./records.ts";

const FREIGHT_FROM_GRAMS = 150_000;
const GRAMS_PER_OUNCE = 28.349_523_125;
const BASE_CHARGE_CENTS = 850;
const CENTS_PER_KILOGRAM = 35;

export type Tracking = {
  readonly carrier: string;
  readonly carrier_service: string;
  readonly scac: string;
  readonly tracking_number: string;
  readonly tracking_url: string;
  readonly bol: string | null;
  readonly pro_number: string | null;
  readonly shipping_date: string | null;
};

export interface ShippingDesk {
  weightGrams(order: OrderRecord): number;
  /** Which carrier takes the shipment, under which numbers; the same each time it is asked. */
  tracking(order: OrderRecord, shippedAt: string | null): Tracking;
  /** The carrier's number of one of a shipment's cartons, from 1; `null` where it carries them as one. */
  cartonNumber(order: OrderRecord, nth: number, cartons: number): string | null;
  /** What the warehouse charges for the shipment, USD. */
  charge(order: OrderRecord): number;
}

export function createShippingDesk(world: World): ShippingDesk {
  const weightOf = new Map(world.items.map((item) => [item.sku, item.weightGrams]));
  const weightGrams = (order: OrderRecord) =>
    order.lines.reduce((sum, line) => sum + line.quantity * (weightOf.get(line.sku) ?? 0), 0);
  const isFreight = (order: OrderRecord) => {
    const asked = order.input.shipping_terms?.carrier_type;
    return asked === "Freight" || (asked !== "Parcel" && weightGrams(order) > FREIGHT_FROM_GRAMS);
  };
  return {
    weightGrams,
    tracking: (order, shippedAt) =>
      isFreight(order) ? freightOf(order, shippedAt) : parcelOf(order, shippedAt),
    cartonNumber(order, nth, cartons) {
      if (isFreight(order)) return null;
      if (cartons === 1) return parcelNumber(order);
      return `1Z94E71${String(order.shipmentId).padStart(9, "0")}${String(nth).padStart(2, "0")}`;
    },
    charge: (order) =>
      (BASE_CHARGE_CENTS + Math.round((weightGrams(order) / 1_000) * CENTS_PER_KILOGRAM)) / 100,
  };
}

export function ouncesOf(grams: number): number {
  return Math.round((grams / GRAMS_PER_OUNCE) * 100) / 100;
}

function freightOf({ shipmentId }: OrderRecord, shippedAt: string | null): Tracking {
  const proNumber = String(shipmentId).padStart(11, "0");
  return {
    carrier: "Saia LTL Freight",
    carrier_service: "LTL Standard",
    scac: "SAIA",
    tracking_number: proNumber,
    tracking_url: `https://www.saia.com/track?pro=${proNumber}`,
    bol: `BOL${String(shipmentId)}`,
    pro_number: proNumber,
    shipping_date: shippedAt,
  };
}

function parcelNumber({ shipmentId }: OrderRecord): string {
  return `1Z94E70${String(shipmentId).padStart(11, "0")}`;
}

function parcelOf(order: OrderRecord, shippedAt: string | null): Tracking {
  const trackingNumber = parcelNumber(order);
  return {
    carrier: "UPS",
    carrier_service: "Ground",
    scac: "UPSN",
    tracking_number: trackingNumber,
    tracking_url: `https://www.ups.com/track?tracknum=${trackingNumber}`,
    bol: null,
    pro_number: null,
    shipping_date: shippedAt,
  };
}
