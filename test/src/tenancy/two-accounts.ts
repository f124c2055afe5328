import { randomUUID } from "node:crypto";
import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from "graphql";
import {
  RequestReturnDocument,
  ReserveInventoryDocument,
  WholeOrderDocument,
} from "../../generated/operations.ts";
import { untilHistoryIsRead } from "../history.ts";
import { anOrder, oldestCursor, placeOrder, STAPLE, waitForStatus } from "../placing-orders.ts";
import { startStack, type Stack } from "../stack.ts";
import { listen } from "./doors.ts";
import type { Names } from "./names.ts";

export const MINE = "C10010";
export const THEIRS = "C10020";
const SPEED = 2_000;
const PATH_MS = 60_000;
/** Far over what the vendors allow: calls are not what is looked at here. */
const CALLS_PER_MINUTE = 100_000;

/** A running stack in which two accounts have one of everything, and who looks at it. */
export interface TwoAccounts extends AsyncDisposable {
  readonly stack: Stack;
  /** Tokens: the portals of both accounts, a partner of mine, and somebody who sees everything. */
  readonly me: string;
  readonly them: string;
  readonly partner: string;
  readonly operator: string;
  readonly mine: Names;
  readonly theirs: Names;
  /** What the schema is for a portal and for a partner. */
  readonly portalContract: GraphQLSchema;
  readonly partnerContract: GraphQLSchema;
  /** Before everything that happened. */
  readonly start: string;
  /** Of a stream of theirs. */
  readonly theirCursor: string;
}

export async function openTwoAccounts(): Promise<TwoAccounts> {
  const stack = await startStack({ speed: SPEED, callsPerMinute: CALLS_PER_MINUTE });
  try {
    const [me, them, partner, operator] = await Promise.all([
      stack.token("portal", MINE),
      stack.token("portal", THEIRS),
      stack.token("partner", MINE),
      stack.token("operator"),
    ]);
    await untilHistoryIsRead(stack);
    const mine = await thingsOf(stack, MINE, me);
    const theirs = await thingsOf(stack, THEIRS, them);
    const start = await oldestCursor(stack, operator);
    return {
      stack,
      ...{ me, them, partner, operator, mine, theirs, start },
      portalContract: await contractOf(stack, me),
      partnerContract: await contractOf(stack, partner),
      theirCursor: await cursorOf(stack, start, them),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

/** One order that goes the whole way, and what an account can have besides. */
async function thingsOf(stack: Stack, customer: string, token: string): Promise<Names> {
  const input = anOrder(customer);
  const placed = await placeOrder(stack, input, token);
  await waitForStatus(stack, placed, "INVOICED", token, PATH_MS);
  const { order } = await stack.ask(WholeOrderDocument, { id: placed.orderId }, token);
  const [shipment] = order?.shipments ?? [];
  const [invoice] = order?.invoices ?? [];
  const { reserveInventory } = await stack.ask(
    ReserveInventoryDocument,
    { input: { idempotencyKey: randomUUID(), sku: STAPLE, quantity: "1" } },
    token,
  );
  const orderLine = `${placed.orderId}/1`;
  const { requestReturn } = await stack.ask(
    RequestReturnDocument,
    {
      input: {
        idempotencyKey: randomUUID(),
        orderId: placed.orderId,
        lines: [{ orderLineId: orderLine, quantity: "1", reason: "Too many." }],
      },
    },
    token,
  );
  const names: Names = {
    customer,
    order: placed.orderId,
    orderNumber: order?.number ?? "",
    orderLine,
    reference: input.customerReference ?? "",
    command: placed.commandId,
    idempotencyKey: input.idempotencyKey,
    shipment: shipment?.id ?? "",
    shipmentNumber: shipment?.number ?? "",
    tracking: shipment?.trackingNumber ?? "",
    invoice: invoice?.id ?? "",
    invoiceNumber: invoice?.number ?? "",
    reservation: reserveInventory.reservation?.id ?? "",
    return: requestReturn.return?.id ?? "",
  };
  const nameless = Object.entries(names).flatMap(([kind, name]) => (name === "" ? [kind] : []));
  if (nameless.length > 0) throw new Error(`${customer} has no ${nameless.join(", ")}.`);
  return names;
}

async function cursorOf(stack: Stack, start: string, token: string): Promise<string> {
  const query = `subscription { orderChanged(after: "${start}") { cursor } }`;
  const [first] = await listen(stack, { query }, token);
  return (first as { data: { orderChanged: { cursor: string } } }).data.orderChanged.cursor;
}

/** What the schema is for who asks. */
async function contractOf(stack: Stack, token: string): Promise<GraphQLSchema> {
  const { data, errors } = await stack.post(
    JSON.stringify({ query: getIntrospectionQuery() }),
    token,
  );
  if (errors.length > 0) throw new Error(`Introspection failed: ${JSON.stringify(errors)}`);
  return buildClientSchema(data as IntrospectionQuery);
}
