import { parseShipmentId, type Shipment as DomainShipment } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { Blocker, Posting, ShipmentResolvers } from "../../generated/resolvers.ts";

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
  blockers: (shipment) => blockersOf(shipment),
  postings: (shipment) => [postingOf(shipment, shipment.provenance.source)],
};

function blockersOf({ status, problem, milestones }: DomainShipment): Blocker[] {
  if (status !== "EXCEPTION" && problem === null) return [];
  return [
    {
      code: "WAREHOUSE_EXCEPTION",
      message: problem ?? "The warehouse reports a problem with this shipment.",
      since: milestones.findLast(({ type }) => type === "EXCEPTION")?.at ?? null,
      owner: "warehouse",
    },
  ];
}

function postingOf({ number, milestones }: DomainShipment, source: string): Posting {
  return {
    source,
    state: "POSTED",
    documentNumber: number,
    postedAt: milestones[0]?.at ?? null,
    lagSeconds: null,
  };
}
