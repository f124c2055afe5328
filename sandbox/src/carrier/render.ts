import { createHash } from "node:crypto";
import type { ParcelBook, ParcelRow, ParcelScan } from "./parcel-book.ts";
import { daysOf, PARCEL_TARIFFS, priceOf, zoneOf } from "./tariff.ts";
import type { ShipmentInput } from "./shipment-input.ts";

const STATUS_OF: Readonly<Record<ParcelScan["state"], string>> = {
  Shipped: "pre_transit",
  InTransit: "in_transit",
  OutForDelivery: "out_for_delivery",
  Delivered: "delivered",
  Failure: "failure",
  ReturnToSender: "return_to_sender",
};
const MESSAGE_OF: Readonly<Record<ParcelScan["state"], string>> = {
  Shipped: "Label created",
  InTransit: "Departed facility",
  OutForDelivery: "Out for delivery",
  Delivered: "Delivered",
  Failure: "The address could not be found",
  ReturnToSender: "The parcel goes back to its sender",
};
/** Where it goes to, and not where it comes from. */
const ARRIVED: ReadonlySet<ParcelScan["state"]> = new Set(["OutForDelivery", "Delivered"]);
const GRAMS_PER_OUNCE = 28.349_523_125;
const CENTS = 100;

/** The vendor's ids: a prefix, and 32 hexadecimal digits that are always the same of the same thing. */
export function idOf(prefix: string, ...parts: readonly string[]): string {
  const hex = createHash("sha256").update(parts.join("\u0000")).digest("hex");
  return `${prefix}_${hex.slice(0, 32)}`;
}

export function shipmentIdOf(trackingNumber: string): string {
  return idOf("shp", trackingNumber);
}

export function renderTracker(parcel: ParcelRow): Record<string, unknown> {
  const last = parcel.scans.at(-1);
  return {
    id: idOf("trk", parcel.trackingNumber),
    object: "Tracker",
    mode: "test",
    tracking_code: parcel.trackingNumber,
    status: last === undefined ? "unknown" : STATUS_OF[last.state],
    status_detail: "status_update",
    created_at: parcel.scans[0]?.at ?? null,
    updated_at: last?.at ?? null,
    signed_by: null,
    weight: ouncesOf(parcel.weightGrams),
    est_delivery_date: null,
    shipment_id: shipmentIdOf(parcel.trackingNumber),
    carrier: parcel.carrier,
    tracking_details: parcel.scans.map(({ state, at }) => ({
      object: "TrackingDetail",
      message: MESSAGE_OF[state],
      status: STATUS_OF[state],
      status_detail: "status_update",
      datetime: at,
      source: parcel.carrier,
      tracking_location: locationOf(ARRIVED.has(state) ? parcel.to : parcel.from),
    })),
  };
}

/** A shipment whose label is bought: the warehouse's, with what it costs so far. */
export function renderBought(parcel: ParcelRow, book: ParcelBook): Record<string, unknown> {
  const { cents, isFinal, at } = book.chargeOf(parcel);
  return {
    id: shipmentIdOf(parcel.trackingNumber),
    object: "Shipment",
    mode: "test",
    tracking_code: parcel.trackingNumber,
    created_at: parcel.scans[0]?.at ?? null,
    updated_at: at,
    messages: [],
    parcel: { object: "Parcel", weight: ouncesOf(parcel.weightGrams) },
    fees: [
      {
        object: "Fee",
        type: "PostageFee",
        amount: amountOf(cents),
        charged: isFinal,
        refunded: false,
      },
    ],
  };
}

/** @returns the rates of one parcel, one per service that takes it */
export function ratesOf({ from_address: from, to_address: to, parcel }: ShipmentInput) {
  const zone = zoneOf({ postalCode: from.zip }, { postalCode: to.zip });
  const weightGrams = parcel.weight * GRAMS_PER_OUNCE;
  return PARCEL_TARIFFS.flatMap((tariff) => {
    const cents = priceOf(tariff, weightGrams, zone);
    if (cents === null) return [];
    const { carrier, service } = tariff;
    return [{ carrier, service, cents, days: daysOf(tariff, zone) }];
  });
}

export type RatedService = ReturnType<typeof ratesOf>[number];

/** Of several parcels together: a service that does not take one of them is none. */
export function ratesOfAll(parcels: readonly (readonly RatedService[])[]): readonly RatedService[] {
  const [first, ...others] = parcels;
  return (first ?? []).flatMap((rated) => {
    const same = others.map((rates) =>
      rates.find(({ carrier, service }) => carrier === rated.carrier && service === rated.service),
    );
    if (same.some((one) => one === undefined)) return [];
    return [{ ...rated, cents: same.reduce((sum, one) => sum + (one?.cents ?? 0), rated.cents) }];
  });
}

export function renderRate({ carrier, service, cents, days }: RatedService, ofId: string) {
  return {
    id: idOf("rate", ofId, carrier, service),
    object: "Rate",
    mode: "test",
    carrier,
    service,
    rate: (cents / CENTS).toFixed(2),
    currency: "USD",
    list_rate: (cents / CENTS).toFixed(2),
    list_currency: "USD",
    delivery_days: days,
    est_delivery_days: days,
    delivery_date: null,
    delivery_date_guaranteed: false,
  };
}

function ouncesOf(grams: number): number {
  return Math.round((grams / GRAMS_PER_OUNCE) * 10) / 10;
}

/** Dollars with sub-cent precision, as fees are told. */
function amountOf(cents: number): string {
  return (cents / CENTS).toFixed(5);
}

function locationOf({ city, region, postalCode }: ParcelRow["to"]) {
  return { object: "TrackingLocation", city, state: region, country: "US", zip: postalCode };
}
