import { maySee, type CustomerNumber, type Viewer } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import { owned, type AccessDecisions } from "@crossdock/subgraph-kit";
import type { CustomerView, ReturnView } from "./models.ts";

/** Who may see what of this subgraph. */
export const access: AccessDecisions = {
  types: {
    Customer: owned<CustomerView>({
      maySee: (viewer, { number }) => maySee(viewer, number),
      subjectOf: ({ number }) => `customer:${number}`,
    }),
    Order: owned<OrderRecord>({
      maySee: (viewer, { customerNumber }) => maySee(viewer, customerNumber),
      subjectOf: ({ id }) => `order:${id}`,
    }),
    Return: owned<ReturnView>({
      maySee: (viewer, { customerNumber }) => maySee(viewer, customerNumber),
      subjectOf: ({ id }) => `return:${id}`,
    }),
    // By its name it is found through its order.
    OrderLine: "parent",
    OrderHold: "parent",
    OrderLineAllocation: "parent",
    OrderSourcing: "parent",
    AllocationFailure: "parent",
    AllocationChoice: "parent",
    ReturnLine: "parent",
    ReturnParcel: "parent",
    ReturnedGoods: "parent",
    Product: "everybody",
    // Of the account that asks, or of one that it may see.
    Price: "asker",
    PriceBreak: "parent",
    Viewer: "asker",
    OrderConnection: "asker",
    OrderEdge: "asker",
    OrderPreview: "asker",
    OrderPreviewLine: "parent",
    Substitute: "parent",
    OrderEvent: "asker",
    SubmitOrderPayload: "asker",
    CancelOrderPayload: "asker",
    AmendOrderPayload: "asker",
    ApproveOrderPayload: "asker",
    RejectOrderPayload: "asker",
    SourceOrderPayload: "asker",
    OrderPreviewHold: "parent",
    OrderNotice: "parent",
    RequestReturnPayload: "asker",
    ReturnPayload: "asker",
  },
  roots: {
    "Query.viewer": "asker",
    "Query.customer": "judged",
    "Query.order": "judged",
    "Query.orders": "narrowed",
    "Query.previewOrder": "command",
    "Query.return": "judged",
    "Mutation.submitOrder": "command",
    "Mutation.submitOrders": "command",
    "Mutation.cancelOrder": "command",
    "Mutation.amendOrder": "command",
    "Mutation.approveOrder": "operators",
    "Mutation.rejectOrder": "operators",
    "Mutation.sourceOrder": "operators",
    "Mutation.requestReturn": "command",
    "Mutation.cancelReturn": "command",
    "Mutation.authorizeReturn": "operators",
    "Mutation.rejectReturn": "operators",
    "Subscription.orderChanged": "narrowed",
  },
};

/**
 * What resolvers and commands ask: what belongs to an account that the viewer may not see reads like
 * what does not exist.
 */
export function visibleTo<Owned extends { readonly customerNumber: CustomerNumber }>(
  viewer: Viewer,
  owned: Owned | null,
): Owned | null {
  return owned !== null && maySee(viewer, owned.customerNumber) ? owned : null;
}
