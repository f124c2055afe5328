import {
  addDecimals,
  instantOf,
  money,
  parseCurrencyCode,
  parseDecimal,
  roundMoney,
  type Instant,
} from "@crossdock/domain";
import type { ChargeReader, FreightCharge } from "@crossdock/source-contract";
import { z } from "zod";
import type { EasypostClient } from "./easypost-client.ts";
import { readTrackers } from "./tracker-reader.ts";

/** Of all that a label may cost, what the carrier gets for carrying it. */
const POSTAGE = "PostageFee";
/** Fees are told in US dollars, whatever the rate's currency was. */
const USD = parseCurrencyCode("USD");

const bought = z.object({
  updated_at: z.iso
    .datetime({ offset: true })
    .transform((raw): Instant => instantOf(new Date(raw))),
  fees: z.array(
    z.object({
      type: z.string(),
      amount: z.string().transform((amount) => parseDecimal(amount)),
      charged: z.boolean(),
      refunded: z.boolean(),
    }),
  ),
});

/** A charge stands with the shipment whose label was bought; its tracker says which one that is. */
export function createChargeReader(client: EasypostClient): ChargeReader {
  const readCharge = async (
    trackingNumber: string,
    shipmentId: string,
    signal: AbortSignal,
  ): Promise<FreightCharge | null> => {
    const path = `/shipments/${encodeURIComponent(shipmentId)}`;
    const shipment = await client.get({ operation: "GET shipment", path, schema: bought }, signal);
    const fees = (shipment?.fees ?? []).filter(
      ({ type, refunded }) => type === POSTAGE && !refunded,
    );
    if (shipment === null || fees.length === 0) return null;
    return {
      trackingNumber,
      amount: roundMoney(money(addDecimals(...fees.map(({ amount }) => amount)), USD)),
      isFinal: fees.every(({ charged }) => charged),
      chargedAt: shipment.updated_at,
    };
  };

  return {
    async readCharges(trackingNumbers, signal) {
      const trackers = await readTrackers(client, trackingNumbers, signal);
      return Promise.all(
        trackers.map((tracker) =>
          tracker?.shipment_id == null
            ? null
            : readCharge(tracker.tracking_code, tracker.shipment_id, signal),
        ),
      );
    },
  };
}
