import {
  compareDecimals,
  divideDecimals,
  maxDecimal,
  money,
  parseCurrencyCode,
  parseDecimal,
  roundDecimal,
  roundMoney,
  type Address,
  type Decimal,
} from "@crossdock/domain";
import type { ParcelDraft, RateReader, ShippingOption } from "@crossdock/source-contract";
import { exactNumber, integerField } from "@crossdock/source-http";
import { z } from "zod";
import type { EasypostClient } from "./easypost-client.ts";
import { scacOf } from "./scac.ts";

const GRAMS_PER_OUNCE = "28.349523125" as Decimal;
/** The vendor weighs in tenths of an ounce. */
const OUNCE_PLACES = 1;
const LEAST_OUNCES = "0.1" as Decimal;

const rated = z.object({
  rates: z.array(
    z.object({
      carrier: z.string(),
      service: z.string(),
      /** Money goes over the vendor's wire as text. */
      rate: z.string().transform((amount) => parseDecimal(amount)),
      currency: z.string(),
      delivery_days: integerField.nullish(),
    }),
  ),
});

/** One parcel is a shipment for the vendor, several that go together are an order of shipments: one call each. */
export function createRateReader(client: EasypostClient): RateReader {
  return {
    async quote(draft, signal) {
      const [first, ...others] = draft.parcels;
      if (first === undefined) return [];
      const answer = await client.post(
        others.length === 0
          ? {
              operation: "POST shipments",
              path: "/shipments",
              body: { shipment: { ...waysOf(draft), parcel: parcelOf(first) } },
              schema: rated,
            }
          : {
              operation: "POST orders",
              path: "/orders",
              body: {
                order: {
                  ...waysOf(draft),
                  shipments: draft.parcels.map((parcel) => ({ parcel: parcelOf(parcel) })),
                },
              },
              schema: rated,
            },
        signal,
      );
      return (answer?.rates ?? []).map(toOption).sort(byPrice);
    },
  };
}

function toOption({
  carrier,
  service,
  rate,
  currency,
  delivery_days: days,
}: z.infer<typeof rated>["rates"][number]): ShippingOption {
  return {
    carrier: { scac: scacOf(carrier), name: carrier },
    service,
    price: roundMoney(money(rate, parseCurrencyCode(currency))),
    estimatedDays: days ?? null,
  };
}

function byPrice(one: ShippingOption, other: ShippingOption): number {
  return compareDecimals(one.price.amount, other.price.amount);
}

function parcelOf({ weightGrams }: ParcelDraft["parcels"][number]) {
  const grams = parseDecimal(String(weightGrams));
  const ounces = roundDecimal(divideDecimals(grams, GRAMS_PER_OUNCE), OUNCE_PLACES);
  return { weight: exactNumber(maxDecimal(ounces, LEAST_OUNCES)) };
}

function waysOf({ shipFrom, shipTo }: ParcelDraft) {
  return { from_address: toAddress(shipFrom), to_address: toAddress(shipTo) };
}

function toAddress({ name, lines, city, region, postalCode, country }: Address) {
  const [street1, street2] = lines;
  return { company: name, street1, street2, city, state: region, zip: postalCode, country };
}
