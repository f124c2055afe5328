import { maySee, type CustomerNumber, type Viewer } from "@crossdock/domain";
import { owned, type AccessDecisions } from "@crossdock/subgraph-kit";
import type { OrderRef, ShipmentView } from "./models.ts";

/** Who may see what of this subgraph. */
export const access: AccessDecisions = {
  types: {
    Shipment: owned<ShipmentView>({
      maySee: (viewer, { customerNumber }) => isVisible(viewer, customerNumber),
      subjectOf: ({ id }) => `shipment:${id}`,
    }),
    Order: owned<OrderRef>({
      maySee: (viewer, { customerNumber }) => maySee(viewer, customerNumber),
      subjectOf: ({ id }) => `order:${id}`,
    }),
    Carrier: "parent",
    ShippingOption: "parent",
    ShippingOptionsPayload: "asker",
    ShipmentLine: "parent",
    Package: "parent",
    ShipmentShortfall: "parent",
    ProofOfDelivery: "parent",
    GoodsTrace: "operators",
    // By its name it is found through its order.
    OrderLine: "parent",
    Product: "name",
    Warehouse: "name",
    ShipmentConnection: "asker",
    ShipmentEdge: "asker",
    ShipmentEvent: "asker",
    RecordShipmentMilestonePayload: "asker",
    CancelShipmentPayload: "asker",
  },
  roots: {
    "Query.shipment": "judged",
    "Query.shipments": "narrowed",
    "Query.shippingOptions": "command",
    "Query.lotTrace": "operators",
    "Query.serialTrace": "operators",
    "Mutation.recordShipmentMilestone": "operators",
    "Mutation.cancelShipment": "operators",
    "Subscription.shipmentProgressed": "narrowed",
  },
};

/**
 * What loaders and commands ask: what belongs to an account that the viewer may not see reads like
 * what does not exist.
 * @param owner `null` while nobody knows whose it is: then only for those who may see everything
 */
export function isVisible(viewer: Viewer | null, owner: CustomerNumber | null): boolean {
  if (viewer === null) return false;
  return owner === null ? viewer.customers === "all" : maySee(viewer, owner);
}
