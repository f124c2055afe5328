import { setTimeout as sleep } from "node:timers/promises";
import { SubmitOrderDocument, type SubmitOrderInput } from "../generated/operations.ts";
import { world } from "../src/contract-prices.ts";
import type { GraphqlClient } from "../src/graphql-client.ts";
import { STAPLE } from "../src/placing-orders.ts";

/** One order as its client knows it. */
export type Placed =
  | {
      readonly kind: "acknowledged";
      readonly reference: string;
      readonly commandId: string;
      readonly orderId: string;
    }
  | { readonly kind: "refused"; readonly reference: string; readonly code: string }
  /** The client never got an answer, although it asked again and again. */
  | { readonly kind: "unanswered"; readonly reference: string; readonly reason: string };

/** Clients that place orders and ask again, with the same key, until they are answered. */
export interface Load {
  /** Places no more. @returns what every client was told, once all were or `limitMs` is over */
  stop(limitMs: number): Promise<readonly Placed[]>;
}

const ASK_AGAIN_MS = 300;
const ANSWER_LIMIT_MS = 10_000;
const MS_PER_SECOND = 1_000;
const CUSTOMERS = 12;

export function startLoad(options: {
  readonly client: GraphqlClient;
  readonly token: string;
  readonly ordersPerSecond: number;
  /** Begins every reference and key. */
  readonly name: string;
}): Load {
  const { client, token, ordersPerSecond, name } = options;
  const customers = world.customers
    .filter(({ blocked, creditLimit }) => blocked === "none" && Number(creditLimit) === 0)
    .slice(0, CUSTOMERS);
  const giveUp = new AbortController();
  const orders: Promise<Placed>[] = [];
  const placeNext = () => {
    const customer = customers[orders.length % customers.length];
    const reference = `${name}-${String(orders.length + 1).padStart(4, "0")}`;
    if (customer === undefined) throw new Error("There are no customers without a credit limit.");
    const input = {
      idempotencyKey: reference,
      customerId: customer.number,
      customerReference: reference,
      lines: [{ sku: STAPLE, quantity: "1" }],
    };
    orders.push(place(client, input, reference, token, giveUp.signal));
  };
  placeNext();
  const timer = setInterval(placeNext, MS_PER_SECOND / ordersPerSecond);
  return {
    async stop(limitMs) {
      clearInterval(timer);
      const limit = setTimeout(() => {
        giveUp.abort();
      }, limitMs);
      const placed = await Promise.all(orders);
      clearTimeout(limit);
      return placed;
    },
  };
}

async function place(
  client: GraphqlClient,
  input: SubmitOrderInput,
  reference: string,
  token: string,
  giveUp: AbortSignal,
): Promise<Placed> {
  let reason = "never asked";
  while (!giveUp.aborted) {
    try {
      const answer = await Promise.race([
        client.query(SubmitOrderDocument, { input }, token),
        sleep(ANSWER_LIMIT_MS, null, { ref: false }),
      ]);
      const result = answer?.data?.submitOrder;
      if (result?.command != null && result.order != null) {
        const { command, order } = result;
        return { kind: "acknowledged", reference, commandId: command.id, orderId: order.id };
      }
      const refusal = result?.userErrors[0];
      if (refusal !== undefined) return { kind: "refused", reference, code: refusal.code };
      reason = answer === null ? "no answer in time" : JSON.stringify(answer.errors);
    } catch (error) {
      reason = String(error); // the program is dead, or died while it answered
    }
    await sleep(ASK_AGAIN_MS);
  }
  return { kind: "unanswered", reference, reason };
}
