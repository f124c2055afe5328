import {
  defineHandler,
  readFreight,
  reject,
  succeed,
  type CommandHandler,
} from "@crossdock/commands";
import {
  addMoney,
  gramsOf,
  roundDecimal,
  type Money,
  type Package,
  type Shipment,
} from "@crossdock/domain";
import type { CommandEffects, OrderBook, ShipmentBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { CarrierSystem } from "@crossdock/source-contract";
import { ChargePendingError } from "./charge-pending-error.ts";
import type { WarehouseAddresses } from "./warehouse-address.ts";

/**
 * Asks the carrier what the way of a shipment cost, and what it quotes for it. The carrier may bill it days later: the
 * command is tried until then.
 */
export function handleReadFreight(deps: {
  readonly carrier: Pick<CarrierSystem, "name" | "charges" | "rates">;
  readonly addresses: WarehouseAddresses;
  readonly orderBook: Pick<OrderBook, "readOrders">;
  readonly shipmentBook: Pick<ShipmentBook, "readShipments">;
  readonly clock: Clock;
}): CommandHandler {
  const { carrier, addresses, orderBook, shipmentBook, clock } = deps;

  const quoteOf = async (shipment: Shipment, from: Money, signal: AbortSignal, ends: Ends) => {
    const parcels = shipment.packages.flatMap(weighed);
    const isWeighed = parcels.length > 0 && parcels.length === shipment.packages.length;
    if (ends === null || !isWeighed) return null;
    const options = await carrier.rates.quote({ ...ends, parcels }, signal);
    const { scac, name, service } = shipment.carrier ?? {};
    const quoted = options.find(
      (option) =>
        option.service === service &&
        (option.carrier.name === name || (scac != null && option.carrier.scac === scac)),
    );
    return quoted?.price.currency === from.currency ? quoted.price : null;
  };

  return defineHandler(readFreight, {
    settleMs: 0,
    // Nothing is left there that could be found: it is asked again.
    lookUp: () => Promise.resolve(null),
    async execute({ data }, signal) {
      const { orderId, shipmentId, number } = data;
      const [[order], [record]] = await Promise.all([
        orderBook.readOrders([orderId]),
        shipmentBook.readShipments([shipmentId]),
      ]);
      const state = order?.state ?? null;
      const shipment = record?.shipment ?? null;
      const tracking = shipment === null ? [] : trackingOf(shipment);
      if (state === null || shipment === null || tracking.length === 0) {
        const message = `No carrier has a number for shipment ${shipmentId}.`;
        return reject({ code: "UNKNOWN_SHIPMENT", message });
      }
      const charges = await carrier.charges.readCharges(tracking, signal);
      const [first, ...others] = charges.flatMap((charge) =>
        charge?.isFinal === true ? [charge.amount] : [],
      );
      if (first === undefined || others.length + 1 < tracking.length) {
        throw new ChargePendingError(carrier.name);
      }
      const charged = addMoney(first, ...others);
      const shipFrom = await addresses.ofShipment(state, shipmentId, signal);
      const ends = shipFrom === null ? null : { shipFrom, shipTo: state.draft.shipTo };
      const quoted = await quoteOf(shipment, charged, signal, ends);
      const stamp = { at: clock.now(), source: carrier.name };
      const event = { kind: "freightKnown", number, quoted, charged, ...stamp } as const;
      const effects = { orders: [{ orderId, event }], events: [] } satisfies CommandEffects;
      return succeed({ typename: "Shipment", id: shipmentId, effects });
    },
  });
}

type Ends = {
  readonly shipFrom: NonNullable<Shipment["shipTo"]>;
  readonly shipTo: NonNullable<Shipment["shipTo"]>;
} | null;

/** At most as many as one question of the carrier's charges takes. */
const MAX_PARCELS = 200;

function trackingOf({ trackingNumber, packages }: Shipment): readonly string[] {
  const ofPackages = packages.flatMap((each) => each.trackingNumber ?? []);
  const all = ofPackages.length > 0 ? ofPackages : trackingNumber === null ? [] : [trackingNumber];
  return [...new Set(all)].slice(0, MAX_PARCELS);
}

/** @returns nothing where it was not weighed, or in a unit that is none of weight */
function weighed({ weight }: Package): readonly { readonly weightGrams: number }[] {
  const grams = gramsOf(weight);
  return grams === null ? [] : [{ weightGrams: Number(roundDecimal(grams, 0)) }];
}
