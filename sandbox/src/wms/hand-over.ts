import { PARCEL_STATES, type HandedParcel, type HandOvers } from "../kit/hand-overs.ts";
import type { World } from "../world/world.ts";
import type { ShippingDesk } from "./carriers.ts";
import type { OrderRecord } from "./records.ts";

/**
 * Tells the carrier of a shipment once its goods have left, and of each step after that: under its own number, whatever
 * number each of its cartons has, because that is what is billed.
 */
export function createHandOver(
  world: World,
  desk: ShippingDesk,
  handOvers: HandOvers,
): (order: OrderRecord) => void {
  const siteOf = new Map(world.warehouses.map((site) => [site.wmsLocationId, site.address]));
  return (order) => {
    const from = siteOf.get(order.locationId);
    if (from === undefined) return;
    const { address } = order.input.recipient;
    const { carrier, carrier_service: service, tracking_number } = desk.tracking(order, null);
    for (const { state, at } of order.reached) {
      if (!isOnTheWay(state)) continue;
      handOvers.tell({
        trackingNumber: tracking_number,
        carrier,
        service,
        weightGrams: desk.weightGrams(order),
        from,
        to: {
          city: address.city,
          region: address.state ?? "",
          postalCode: address.zip_code ?? "",
          country: address.country,
        },
        state,
        at,
      });
    }
  };
}

function isOnTheWay(state: string): state is HandedParcel["state"] {
  return (PARCEL_STATES as readonly string[]).includes(state);
}
