import { randomUUID } from "node:crypto";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import {
  OrderChangedDocument,
  SubmitOrderDocument,
  ViewerAndPriceDocument,
  OrderStoryDocument,
  type SubmitOrderInput,
} from "../generated/operations.ts";
import type { GraphqlClient } from "../src/graphql-client.ts";
import type { SandboxControl } from "../src/sandbox-control.ts";

export type TourOptions = {
  readonly client: GraphqlClient;
  readonly sandbox: SandboxControl;
  readonly customer: string;
  /** A portal user's of `customer`. */
  readonly token: string;
  /** Takes one piece of text at a time, to be shown on lines of its own. */
  readonly say: (text: string) => void;
};

/** Something was not as the tour promises. */
export class TourError extends Error {}

const SKU = "NG-10001";
/** A warehouse at the demo's speed needs a few seconds. */
const PATH_MS = 60_000;
const DOCUMENTS = [
  ["erp", "salesOrder", "the ERP", "sales order"],
  ["wms", "order", "the warehouse", "order"],
  ["finance", "invoice", "finance", "invoice"],
] as const;

/**
 * One order from its price to its bill, told step by step.
 * @throws {TourError} at the first thing that is not as it should be
 */
export async function runTour(options: TourOptions): Promise<void> {
  await seePrice(options);
  const input: SubmitOrderInput = {
    idempotencyKey: `tour-${randomUUID()}`,
    customerId: options.customer,
    customerReference: `TOUR-${randomUUID().slice(0, 8)}`,
    lines: [
      { sku: SKU, quantity: "2", uom: "BX" },
      { sku: "NG-10003", quantity: "12" },
      { sku: "NG-10005", quantity: "3" },
    ],
  };
  const orderId = await orderAndWatch(input, options);
  await seeWhole(orderId, options);
  await sendAgain(input, orderId, options);
  await countDocuments(input, options);
  options.say("\nThat was the tour. Nothing was lost, nothing was doubled.");
}

async function seePrice({ client, token, customer, say }: TourOptions): Promise<void> {
  const variables = { sku: SKU, quantity: "1", uom: "BX" };
  announce(
    say,
    `1. Who am I, and what does a box of ${SKU} cost me?`,
    ViewerAndPriceDocument,
    variables,
  );
  const { viewer, product } = await client.ask(ViewerAndPriceDocument, variables, token);
  const price = product?.price;
  check(viewer.customers[0]?.number === customer, "The token does not see its account.");
  check(price?.basis === "CONTRACT", "The price is not the contract's.");
  say(`   You are ${viewer.customers[0].name} (${customer}).`);
  say(`   ${product?.name ?? SKU}: ${price.unitPrice.amount} ${price.unitPrice.currency} a box.`);
  say(`   Why? ${price.explanation}`);
}

/** The subscription is opened first: what happens from then on is told, the submission too. */
async function orderAndWatch(
  input: SubmitOrderInput,
  { client, token, customer, say }: TourOptions,
): Promise<string> {
  const watched = { customerId: customer };
  announce(say, "2. Watch my orders live, over a WebSocket.", OrderChangedDocument, watched);
  const events = client.subscribe(OrderChangedDocument, watched, token);
  const first = events.next();
  first.catch(() => undefined); // looked at below

  announce(say, "3. Submit an order of three lines.", SubmitOrderDocument, { input });
  const { submitOrder } = await client.ask(SubmitOrderDocument, { input }, token);
  const { order, command, userErrors } = submitOrder;
  check(order != null && command != null, `It was refused: ${JSON.stringify(userErrors)}`);
  say(`   Accepted, and on disk: command ${command.id}, order ${order.id}.`);
  say("   What the subscription tells:");

  const tooLate = setTimeout(() => void events.return?.(), PATH_MS);
  try {
    for (let step = await first; step.done !== true; step = await events.next()) {
      const { data, errors } = step.value;
      check(data !== null && errors.length === 0, `An event failed: ${JSON.stringify(errors)}`);
      const { type, occurredAt, order: changed } = data.orderChanged;
      if (changed.id !== order.id) continue;
      say(`   ${occurredAt}  ${type.padEnd(10)} ${changed.number ?? "(no number yet)"}`);
      if (type === "INVOICED") return order.id;
    }
  } finally {
    clearTimeout(tooLate);
    void events.return?.();
  }
  throw new TourError("The subscription ended before the order was billed.");
}

async function seeWhole(
  orderId: string,
  { client, token, say }: Pick<TourOptions, "client" | "token" | "say">,
): Promise<void> {
  const variables = { id: orderId };
  announce(say, "4. See it whole: three systems, one answer.", OrderStoryDocument, variables);
  const { order } = await client.ask(OrderStoryDocument, variables, token);
  check(order != null, "The order is not there.");
  const [shipment] = order.shipments;
  const [invoice] = order.invoices;
  check(order.status === "INVOICED", `The order is ${order.status}.`);
  check(shipment?.trackingNumber != null, "The shipment has no tracking number.");
  check(invoice !== undefined, "There is no bill.");
  check(Number(invoice.total.amount) === Number(order.total.amount), "The bill is another sum.");
  say(
    `   Order ${order.number ?? ""}: ${order.status}, ${order.total.amount} ${order.total.currency}.`,
  );
  for (const { lineNumber, product, ordered, unitPrice } of order.lines) {
    say(
      `     ${String(lineNumber)}  ${ordered.value} ${ordered.uom}  ${product.name}, ${unitPrice.amount} each`,
    );
  }
  say(`   Shipment ${shipment.number}: ${shipment.status}, tracking ${shipment.trackingNumber}.`);
  say(
    `   Invoice ${invoice.number ?? ""}: ${invoice.status}, ${invoice.total.amount} ${order.total.currency}.`,
  );
  say("   What happened, by the system that knew:");
  for (const { at, source, type, note } of order.timeline) {
    say(`     ${at}  ${source.padEnd(9)} ${type} ${note ?? ""}`.trimEnd());
  }
}

async function sendAgain(
  input: SubmitOrderInput,
  orderId: string,
  { client, token, say }: Pick<TourOptions, "client" | "token" | "say">,
): Promise<void> {
  announce(say, "5. Send the same order again, as a client does that missed the answer.", null, {});
  const { submitOrder } = await client.ask(SubmitOrderDocument, { input }, token);
  check(submitOrder.order?.id === orderId, "The same key made another order.");
  say(`   The same answer: order ${orderId}.`);
}

async function countDocuments(
  { customerReference }: SubmitOrderInput,
  { sandbox, say }: Pick<TourOptions, "sandbox" | "say">,
): Promise<void> {
  announce(say, "6. Look into the three systems themselves.", null, {});
  for (const [source, type, system, document] of DOCUMENTS) {
    const count = await sandbox.count(source, type, customerReference ?? "");
    say(`   ${system} has ${String(count)} ${document}.`);
    check(count === 1, `${system} should have exactly one ${document}.`);
  }
}

function announce(
  say: TourOptions["say"],
  title: string,
  document: TypedDocumentNode<never, never> | TypedDocumentNode<unknown, never> | null,
  variables: object,
): void {
  say(`\n${title}`);
  if (document === null) return;
  say(indent(print(document)));
  say(indent(`variables: ${JSON.stringify(variables)}`));
}

function indent(text: string): string {
  return text.replace(/^/gm, "   | ");
}

function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new TourError(otherwise);
}
