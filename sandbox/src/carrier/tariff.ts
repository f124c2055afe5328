import type { ParcelAddress } from "../kit/hand-overs.ts";

/** What a carrier asks for a service, in US cents. */
export type Tariff = {
  readonly carrier: string;
  readonly service: string;
  /** Of each parcel. */
  readonly baseCents: number;
  readonly centsPerKilogram: number;
  /** Of one parcel; heavier ones it does not take. */
  readonly maxGrams: number;
  /** `null` goes by the distance. */
  readonly days: number | null;
};

const POUND_GRAMS = 453.592_37;
const GROUND_LIMIT_GRAMS = Math.floor(150 * POUND_GRAMS);
const POST_LIMIT_GRAMS = Math.floor(70 * POUND_GRAMS);
/** A carton of the warehouse: what is heavier goes in several under one number. */
const PIECE_GRAMS = 20_000;
const GRAMS_PER_KILOGRAM = 1_000;
const NEAREST_ZONE = 2;
const FARTHEST_ZONE = 8;
/** Of the price by weight, for each zone beyond the nearest. */
const ZONE_SURCHARGE = 0.08;

/** Cheapest first, mostly. */
export const PARCEL_TARIFFS: readonly Tariff[] = [
  {
    carrier: "FedEx",
    service: "FEDEX_GROUND",
    baseCents: 340,
    centsPerKilogram: 92,
    maxGrams: GROUND_LIMIT_GRAMS,
    days: null,
  },
  {
    carrier: "UPS",
    service: "Ground",
    baseCents: 320,
    centsPerKilogram: 95,
    maxGrams: GROUND_LIMIT_GRAMS,
    days: null,
  },
  {
    carrier: "USPS",
    service: "Priority",
    baseCents: 480,
    centsPerKilogram: 150,
    maxGrams: POST_LIMIT_GRAMS,
    days: 3,
  },
  {
    carrier: "UPS",
    service: "2ndDayAir",
    baseCents: 900,
    centsPerKilogram: 260,
    maxGrams: GROUND_LIMIT_GRAMS,
    days: 2,
  },
];

/** What goes on pallets. Nobody is quoted it here: it is agreed upon. */
const FREIGHT: Pick<Tariff, "baseCents" | "centsPerKilogram"> = {
  baseCents: 9_500,
  centsPerKilogram: 40,
};

/** @returns how far it is, by the first digits of the postal codes: 2 next door, 8 across the country */
export function zoneOf(from: { readonly postalCode: string }, to: { readonly postalCode: string }) {
  const apart = Math.abs(firstDigit(from.postalCode) - firstDigit(to.postalCode));
  return Math.min(NEAREST_ZONE + apart, FARTHEST_ZONE);
}

/** @returns cents for one parcel; `null` when it is too heavy */
export function priceOf(tariff: Tariff, weightGrams: number, zone: number): number | null {
  return weightGrams > tariff.maxGrams ? null : cents(tariff, 1, weightGrams, zone);
}

export function daysOf(tariff: Tariff, zone: number): number {
  return tariff.days ?? Math.ceil(zone / NEAREST_ZONE);
}

/** @returns cents for everything under one tracking number, as quoted for the weight that the warehouse told */
export function labelPriceOf(label: {
  readonly carrier: string;
  readonly service: string;
  readonly weightGrams: number;
  readonly from: Pick<ParcelAddress, "postalCode">;
  readonly to: Pick<ParcelAddress, "postalCode">;
}): number {
  const zone = zoneOf(label.from, label.to);
  const tariff = PARCEL_TARIFFS.find(
    ({ carrier, service }) => carrier === label.carrier && service === label.service,
  );
  if (tariff === undefined) return cents(FREIGHT, 1, label.weightGrams, zone);
  return cents(tariff, Math.ceil(label.weightGrams / PIECE_GRAMS), label.weightGrams, zone);
}

function cents(
  { baseCents, centsPerKilogram }: Pick<Tariff, "baseCents" | "centsPerKilogram">,
  pieces: number,
  weightGrams: number,
  zone: number,
): number {
  const byWeight = (weightGrams / GRAMS_PER_KILOGRAM) * centsPerKilogram;
  const distance = 1 + ZONE_SURCHARGE * (zone - NEAREST_ZONE);
  return Math.round(pieces * baseCents + byWeight * distance);
}

function firstDigit(postalCode: string): number {
  const digit = Number(postalCode.slice(0, 1));
  return Number.isInteger(digit) ? digit : 0;
}
