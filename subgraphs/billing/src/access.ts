import { maySee, type CustomerNumber, type Return, type Viewer } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import { owned, type AccessDecisions } from "@crossdock/subgraph-kit";
import type { CustomerRef, InvoiceView } from "./models.ts";

/** Who may see what of this subgraph. */
export const access: AccessDecisions = {
  types: {
    Invoice: owned<InvoiceView>({
      maySee: (viewer, { customerNumber }) => maySee(viewer, customerNumber),
      subjectOf: ({ id }) => `invoice:${id}`,
    }),
    Order: owned<OrderRecord>({
      maySee: (viewer, { customerNumber }) => maySee(viewer, customerNumber),
      subjectOf: ({ id }) => `order:${id}`,
    }),
    Customer: owned<CustomerRef>({
      maySee: (viewer, { number }) => maySee(viewer, number),
      subjectOf: ({ number }) => `customer:${number}`,
    }),
    Return: owned<Return>({
      maySee: (viewer, { customerNumber }) => maySee(viewer, customerNumber),
      subjectOf: ({ id }) => `return:${id}`,
    }),
    InvoiceLine: "parent",
    Payment: "parent",
    CreditMemo: "parent",
    AgingBucket: "parent",
    BillingReadiness: "parent",
    BillingCondition: "parent",
    ShipmentBilling: "parent",
    TaxTrueUp: "parent",
    // What bills it is looked up, and judged, when it is asked for.
    Shipment: "name",
    OrderLine: "name",
    Product: "name",
    InvoiceConnection: "asker",
    InvoiceEdge: "asker",
    InvoiceEvent: "asker",
    RecordPaymentPayload: "asker",
    IssueCreditMemoPayload: "asker",
    DisputeInvoicePayload: "asker",
  },
  roots: {
    "Query.invoice": "judged",
    "Query.invoices": "narrowed",
    "Mutation.recordPayment": "operators",
    "Mutation.issueCreditMemo": "operators",
    "Mutation.disputeInvoice": "command",
    "Subscription.invoiceChanged": "narrowed",
  },
};

/**
 * What loaders and commands ask: what belongs to an account that the viewer may not see reads like
 * what does not exist.
 */
export function visibleTo<Owned extends { readonly customerNumber: CustomerNumber }>(
  viewer: Viewer | null,
  owned: Owned | null,
): Owned | null {
  return owned !== null && viewer !== null && maySee(viewer, owned.customerNumber) ? owned : null;
}
