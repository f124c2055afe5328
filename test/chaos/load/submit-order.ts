import { SubmitOrderDocument, type OrderStatus } from "../../generated/operations.ts";
import { world } from "../../src/contract-prices.ts";
import { STAPLE } from "../../src/placing-orders.ts";
import type { LoadKind } from "./load-kind.ts";

const CUSTOMERS = 12;

const customers = world.customers
  .filter(({ blocked, creditLimit }) => blocked === "none" && Number(creditLimit) === 0)
  .slice(0, CUSTOMERS);

/** Whether all of it was shipped, and finance has its bill. */
export function isBilled(status: OrderStatus | null): boolean {
  return status === "INVOICED" || status === "CLOSED";
}

/** An order that breaks no rule, and goes all the way to its invoice. */
export const submitOrderKind: LoadKind = {
  name: "submitOrder",
  share: 80,
  opensOrder: true,
  documents: [
    { source: "erp", type: "salesOrder" },
    { source: "wms", type: "order" },
    { source: "finance", type: "invoice" },
  ],
  isMissing: (documents, order) => {
    if (order === "CANCELLED") return false;
    return isBilled(order) ? Object.values(documents).includes(0) : documents["erp"] === 0;
  },
  next: ({ client, token, name, count }) => {
    const customer = customers[count % customers.length];
    if (customer === undefined) throw new Error("There are no customers without a credit limit.");
    const input = {
      idempotencyKey: name,
      customerId: customer.number,
      customerReference: name,
      lines: [{ sku: STAPLE, quantity: "1" }],
    };
    return {
      reference: name,
      async send() {
        const { data, errors } = await client.query(SubmitOrderDocument, { input }, token);
        const { command, order, userErrors = [] } = data?.submitOrder ?? {};
        if (command != null && order != null) {
          return { kind: "acknowledged", commandId: command.id, orderId: order.id };
        }
        const [refusal] = userErrors;
        if (refusal !== undefined) return { kind: "refused", code: refusal.code };
        throw new Error(JSON.stringify(errors));
      },
    };
  },
};
