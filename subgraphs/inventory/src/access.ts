import { maySee, type CustomerNumber, type Reservation, type Viewer } from "@crossdock/domain";
import { owned, type AccessDecisions } from "@crossdock/subgraph-kit";

/** Who may see what of this subgraph: catalogue and stock are for everybody who is signed in. */
export const access: AccessDecisions = {
  types: {
    Reservation: owned<Reservation>({
      maySee: (viewer, reservation) => visibleTo(viewer, reservation) !== null,
      subjectOf: ({ id }) => `reservation:${id}`,
    }),
    Product: "everybody",
    UomConversion: "parent",
    Warehouse: "everybody",
    InventoryPosition: "everybody",
    Lot: "parent",
    Receipt: "operators",
    StockMovement: "operators",
    ReceiptLine: "operators",
    ReceiptDiscrepancy: "operators",
    ReceiptConnection: "operators",
    ReceiptEdge: "operators",
    ProductConnection: "everybody",
    ProductEdge: "everybody",
    InventoryEvent: "everybody",
    ReserveInventoryPayload: "asker",
    ReleaseReservationPayload: "asker",
    AdjustInventoryPayload: "asker",
    TransferInventoryPayload: "asker",
    AnnounceReceiptPayload: "asker",
    CancelReceiptPayload: "asker",
  },
  roots: {
    "Query.product": "everybody",
    "Query.products": "everybody",
    "Query.warehouses": "everybody",
    "Query.availability": "everybody",
    "Query.reservation": "judged",
    "Query.receipt": "operators",
    "Query.receipts": "operators",
    "Mutation.reserveInventory": "command",
    "Mutation.releaseReservation": "command",
    "Mutation.adjustInventory": "operators",
    "Mutation.transferInventory": "operators",
    "Mutation.announceReceipt": "operators",
    "Mutation.cancelReceipt": "operators",
    "Subscription.inventoryChanged": "everybody",
  },
};

/**
 * What resolvers and commands ask: a reservation of an account that the viewer may not see reads like
 * one that does not exist.
 */
export function visibleTo<Owned extends { readonly customerNumber: CustomerNumber | null }>(
  viewer: Viewer | null,
  owned: Owned | null,
): Owned | null {
  if (viewer === null || owned === null) return null;
  const { customerNumber } = owned;
  const isVisible =
    customerNumber === null ? viewer.customers === "all" : maySee(viewer, customerNumber);
  return isVisible ? owned : null;
}
