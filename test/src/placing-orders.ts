import { randomUUID } from "node:crypto";
import {
  CommandDocument,
  FirstEventDocument,
  OrderStatusDocument,
  SubmitOrderDocument,
  type OrderStatus,
  type SubmitOrderInput,
  type SubmitOrderMutation,
} from "../generated/operations.ts";
import type { GraphqlClient } from "./graphql-client.ts";

export type Submitted = SubmitOrderMutation["submitOrder"];
export type AcceptedOrder = {
  readonly commandId: string;
  readonly orderId: string;
  readonly reference: string;
};

/** An item that every customer has a contract for, plenty of it in every warehouse. */
export const STAPLE = "NG-10004";

/** An order that breaks no rule, under a key and a reference of its own. */
export function anOrder(
  customerId: string,
  changes: Partial<SubmitOrderInput> = {},
): SubmitOrderInput {
  return {
    idempotencyKey: randomUUID(),
    customerId,
    customerReference: `E2E-${randomUUID().slice(0, 8)}`,
    lines: [{ sku: STAPLE, quantity: "2" }],
    ...changes,
  };
}

/** @throws when it is refused */
export async function placeOrder(
  client: GraphqlClient,
  input: SubmitOrderInput,
  token: string,
): Promise<AcceptedOrder> {
  const { submitOrder } = await client.ask(SubmitOrderDocument, { input }, token);
  const { command, order, userErrors } = submitOrder;
  if (command != null && order != null) {
    return {
      commandId: command.id,
      orderId: order.id,
      reference: input.customerReference ?? order.id,
    };
  }
  throw new Error(`The order was refused: ${JSON.stringify(userErrors)}`);
}

/**
 * The position before everything but the very first event, which is never an order's: an order is
 * preceded by its command.
 * @param operatorToken may read the event log
 */
export async function oldestCursor(client: GraphqlClient, operatorToken: string): Promise<string> {
  const { events } = await client.ask(FirstEventDocument, {}, operatorToken);
  const [first] = events;
  if (first?.type !== "commands.commandProgressed") {
    throw new Error(`The log does not begin with a command: ${JSON.stringify(first)}`);
  }
  return first.cursor;
}

const LOOK_AGAIN_MS = 200;

/** Asks for the command until it is done. @throws when it ends otherwise, or after `timeoutMs` */
export async function untilDone(
  client: GraphqlClient,
  { commandId: id }: Pick<AcceptedOrder, "commandId">,
  token: string,
  timeoutMs: number,
): Promise<void> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const { command } = await client.ask(CommandDocument, { id }, token);
    if (command?.status === "SUCCEEDED") return;
    const hasEnded = command?.status === "REJECTED" || command?.status === "DEAD_LETTERED";
    if (hasEnded || Date.now() > until) {
      throw new Error(`The command is not done: ${JSON.stringify(command)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Asks for the order until it is as far as `status`. @throws after `timeoutMs`, saying how far it came */
export async function waitForStatus(
  client: GraphqlClient,
  order: AcceptedOrder,
  status: OrderStatus,
  token: string,
  timeoutMs: number,
): Promise<void> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const answer = await client.ask(OrderStatusDocument, { id: order.orderId }, token);
    if (answer.order?.status === status) return;
    if (Date.now() > until) {
      throw new Error(
        `The order is not ${status} but ${JSON.stringify(answer.order)} after ${String(timeoutMs)} ms.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
