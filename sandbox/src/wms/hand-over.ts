import { PARCEL_STATES, type HandedParcel, type HandOvers } from "../kit/hand-overs.ts";
import type { World } from "../world/world.ts";
import type { ShippingDesk } from "./carriers.ts";
import { createCartonView } from "./carton-view.ts";
import type { OrderRecord } from "./records.ts";

const GRAMS_PER_OUNCE = 28.349_523_125;

type Label = Pick<HandedParcel, "trackingNumber" | "weightGrams">;

/**
 * Tells the carrier of a shipment once its goods have left, and of each step after that: of each carton that has a number of
 * its own, and of all of it under one number where the carrier carries it as one.
 */
export function createHandOver(
  world: World,
  desk: ShippingDesk,
  handOvers: HandOvers,
): (order: OrderRecord) => void {
  const siteOf = new Map(world.warehouses.map((site) => [site.wmsLocationId, site.address]));
  const cartonsOf = createCartonView(world, desk);

  const labelsOf = (order: OrderRecord): readonly Label[] => {
    const cartons = cartonsOf(order).flatMap(({ cartons: inside }) => inside as Carton[]);
    const numbered = cartons.flatMap(({ tracking_number, measurements }) =>
      tracking_number === null
        ? []
        : [
            {
              trackingNumber: tracking_number,
              weightGrams: measurements.total_weight_oz * GRAMS_PER_OUNCE,
            },
          ],
    );
    if (numbered.length > 0) return numbered;
    const { tracking_number: trackingNumber } = desk.tracking(order, null);
    return [{ trackingNumber, weightGrams: desk.weightGrams(order) }];
  };

  return (order) => {
    const from = siteOf.get(order.locationId);
    const reached = order.reached.flatMap(({ state, at }) =>
      isOnTheWay(state) ? [{ state, at }] : [],
    );
    if (from === undefined || reached.length === 0) return;
    const { address } = order.input.recipient;
    const { carrier, carrier_service: service } = desk.tracking(order, null);
    const to = {
      city: address.city,
      region: address.state ?? "",
      postalCode: address.zip_code ?? "",
      country: address.country,
    };
    for (const label of labelsOf(order)) {
      for (const step of reached) {
        handOvers.tell({ ...label, carrier, service, from, to, ...step });
      }
    }
  };
}

/** What a carton's view says of it. */
type Carton = {
  readonly tracking_number: string | null;
  readonly measurements: { readonly total_weight_oz: number };
};

function isOnTheWay(state: string): state is HandedParcel["state"] {
  return (PARCEL_STATES as readonly string[]).includes(state);
}
