import { OrderInvoicesDocument, RecordPaymentDocument } from "../../generated/operations.ts";
import type { LoadKind } from "./load-kind.ts";

const CENT = "0.01";

/** A cent that comes in for an order, once the order is billed. */
export const recordPaymentKind: LoadKind = {
  name: "recordPayment",
  share: 10,
  opensOrder: false,
  documents: [{ source: "finance", type: "payment" }],
  isMissing: ({ finance }) => finance === 0,
  next: ({ client, token, name, orders }) => {
    const order = orders.shift();
    if (order === undefined) return null;
    return {
      reference: order.reference,
      async send() {
        const { orderId } = order;
        if (orderId === null) return { kind: "early" };
        const { order: found } = await client.ask(OrderInvoicesDocument, { id: orderId }, token);
        const invoice = found?.invoices[0];
        if (invoice?.issuedOn == null) return { kind: "early" };
        const input = {
          idempotencyKey: `${name}-payment`,
          invoiceId: invoice.id,
          amount: CENT,
          receivedOn: invoice.issuedOn,
        };
        const { data, errors } = await client.query(RecordPaymentDocument, { input }, token);
        const { command, userErrors = [] } = data?.recordPayment ?? {};
        if (command != null) {
          return { kind: "acknowledged", commandId: command.id, orderId };
        }
        const [refusal] = userErrors;
        if (refusal !== undefined) return { kind: "refused", code: refusal.code };
        throw new Error(JSON.stringify(errors));
      },
    };
  },
};
