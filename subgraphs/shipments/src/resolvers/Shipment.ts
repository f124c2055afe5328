import {
  deliveredLines,
  parseShipmentId,
  shipmentBlockers,
  type Shipment as DomainShipment,
} from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { Posting, ShipmentResolvers } from "../../generated/resolvers.ts";

export const Shipment: ShipmentResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const parsed = idOrNull(parseShipmentId, id);
    return parsed === null ? null : loaders.shipmentById.load(parsed);
  },
  orders: async ({ orderNumbers }, _args, { loaders }) => {
    const orders = await Promise.all(
      orderNumbers.map((number) => loaders.orderByNumber.load(number)),
    );
    return orders.filter((order) => order !== null);
  },
  warehouse: ({ warehouse }) => ({ id: warehouse }),
  // No source tells what the carrier charges.
  freight: () => null,
  lines: (shipment) => deliveredLines(shipment),
  packages: (shipment) => shipment.packages.map((each) => ({ ...each, shipment })),
  // Of several packages one may have been signed for before the others arrived.
  proofOfDelivery: ({ status, proofOfDelivery }) =>
    status === "DELIVERED" ? (proofOfDelivery ?? null) : null,
  shortfalls: ({ shortfalls }) => shortfalls ?? [],
  blockers: (shipment, _args, { deps }) => shipmentBlockers(shipment, deps.clock.now()),
  postings: (shipment) => [postingOf(shipment, shipment.provenance.source)],
};

function postingOf({ number, milestones }: DomainShipment, source: string): Posting {
  return {
    source,
    state: "POSTED",
    documentNumber: number,
    postedAt: milestones[0]?.at ?? null,
    lagSeconds: null,
  };
}
