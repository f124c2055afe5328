import { CancelOrderDocument } from "../../generated/operations.ts";
import type { LoadKind } from "./load-kind.ts";

/** An order that its buyer takes back as soon as he has it: somewhere on its way, or too late. */
export const cancelOrderKind: LoadKind = {
  name: "cancelOrder",
  share: 10,
  opensOrder: false,
  documents: [],
  isMissing: (_documents, status) => status !== "CANCELLED",
  next: ({ client, token, name, orders }) => {
    const order = orders.pop();
    if (order === undefined) return null;
    return {
      reference: order.reference,
      async send() {
        const { orderId } = order;
        if (orderId === null) return { kind: "early" };
        const input = { idempotencyKey: `${name}-cancel`, orderId };
        const { data, errors } = await client.query(CancelOrderDocument, { input }, token);
        const { command, userErrors = [] } = data?.cancelOrder ?? {};
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
