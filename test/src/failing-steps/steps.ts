import { randomUUID } from "node:crypto";
import type { SourceName } from "@crossdock/sandbox";
import {
  AmendOrderDocument,
  CancelOrderDocument,
  OrderStandingDocument,
  IssueCreditMemoDocument,
  RecordPaymentDocument,
  ReserveInventoryDocument,
  type OrderStandingQuery,
} from "../../generated/operations.ts";
import {
  anOrder,
  placeOrder,
  STAPLE,
  waitForStatus,
  type AcceptedOrder,
} from "../placing-orders.ts";
import type { Stack } from "../stack.ts";
import { until } from "../until.ts";

/** The stack and who asks of it. */
export type Hands = {
  readonly stack: Stack;
  /** Of the account that orders. */
  readonly portal: string;
  /** Of who books payments. */
  readonly finance: string;
  readonly operator: string;
};

/** A step of the process, and how an order comes to it and on from there. */
export type Step = {
  readonly name: string;
  /** The type of the command that does it. */
  readonly command: string;
  readonly source: SourceName;
  /** The call that does it at the source, as the sandbox names it. */
  readonly operation: string;
  /** Brings an order to the point from which `start` sets the step off; `null`: the order itself does. */
  readonly before: "ALLOCATED" | "INVOICED" | null;
  start(hands: Hands, order: AcceptedOrder): Promise<void>;
  /** What the order has to come to in the end, and what of it is there at finance. */
  readonly ends: "INVOICED" | "CANCELLED";
  readonly pays?: "payment" | "creditNote";
};

export const CUSTOMER = "C10010";
/** Pieces that each order is of. */
export const PIECES = "2";
const CENT = "0.01";
export const PATH_MS = 60_000;

export const STEPS: readonly Step[] = [
  {
    name: "the ERP creates the order",
    command: "orders.submitOrder",
    source: "erp",
    operation: "POST salesOrders",
    before: null,
    start: () => Promise.resolve(),
    ends: "INVOICED",
  },
  {
    name: "the warehouse takes the release",
    command: "shipments.releaseOrder",
    source: "wms",
    operation: "POST order",
    before: null,
    start: () => Promise.resolve(),
    ends: "INVOICED",
  },
  {
    name: "finance makes the bill",
    command: "billing.raiseInvoice",
    source: "finance",
    operation: "PUT Invoices",
    before: "ALLOCATED",
    start: ship,
    ends: "INVOICED",
  },
  {
    name: "finance books the payment",
    command: "billing.recordPayment",
    source: "finance",
    operation: "PUT Payments",
    before: "INVOICED",
    start: pay,
    ends: "INVOICED",
    pays: "payment",
  },
  {
    name: "finance books the credit",
    command: "billing.issueCreditMemo",
    source: "finance",
    operation: "PUT CreditNotes",
    before: "INVOICED",
    start: credit,
    ends: "INVOICED",
    pays: "creditNote",
  },
  {
    name: "the warehouse takes the release back",
    command: "shipments.cancelRelease",
    source: "wms",
    operation: "POST order/{id}:cancel",
    before: "ALLOCATED",
    start: cancel,
    ends: "CANCELLED",
  },
  {
    name: "the ERP removes the order",
    command: "orders.removeOrder",
    source: "erp",
    operation: "DELETE salesOrders",
    before: "ALLOCATED",
    start: cancel,
    ends: "CANCELLED",
  },
  {
    name: "the ERP rewrites the order",
    command: "orders.rewriteOrder",
    source: "erp",
    operation: "POST $batch salesOrders",
    before: "ALLOCATED",
    start: amend,
    ends: "INVOICED",
  },
];

export type OrderStanding = NonNullable<OrderStandingQuery["order"]>;

export async function readOrder({ stack, portal }: Hands, id: string): Promise<OrderStanding> {
  const { order } = await stack.ask(OrderStandingDocument, { id }, portal);
  if (order == null) throw new Error(`Order ${id} is gone.`);
  return order;
}

/** An order of reserved goods. */
export async function place({ stack, portal }: Hands): Promise<AcceptedOrder> {
  const wanted = { idempotencyKey: randomUUID(), sku: STAPLE, quantity: PIECES };
  const { reserveInventory } = await stack.ask(ReserveInventoryDocument, { input: wanted }, portal);
  const { reservation } = reserveInventory;
  if (reservation == null) throw new Error(JSON.stringify(reserveInventory.userErrors));
  const changes = {
    reservations: [reservation.id],
    warehouse: reservation.warehouse.code,
    lines: [{ sku: STAPLE, quantity: PIECES }],
  };
  return placeOrder(stack, anOrder(CUSTOMER, changes), portal);
}

/** Brings an order of which nothing fails as far as the step needs it. */
export async function bring(hands: Hands, order: AcceptedOrder, to: Step["before"]): Promise<void> {
  if (to === null) return;
  const { stack, portal } = hands;
  await waitForStatus(stack, order, "ALLOCATED", portal, PATH_MS);
  if (to === "ALLOCATED") return;
  await ship(hands, order);
  await waitForStatus(stack, order, "INVOICED", portal, PATH_MS);
}

/** The warehouse sends all of it. @throws {Error} it does not have the order, whatever it was told */
export async function ship(hands: Hands, order: AcceptedOrder): Promise<void> {
  const { number } = await readOrder(hands, order.orderId);
  await hands.stack.sandbox.advance(String(number), "shipped");
}

async function billOf(hands: Hands, { orderId }: AcceptedOrder) {
  const { invoices } = await until(
    () => readOrder(hands, orderId),
    (order) => order.invoices[0]?.issuedOn != null,
    PATH_MS,
  );
  const [bill] = invoices;
  if (bill?.issuedOn == null) throw new Error("The order has no bill.");
  return { id: bill.id, issuedOn: bill.issuedOn };
}

async function pay(hands: Hands, order: AcceptedOrder): Promise<void> {
  const { id: invoiceId, issuedOn: receivedOn } = await billOf(hands, order);
  const input = { idempotencyKey: randomUUID(), invoiceId, amount: CENT, receivedOn };
  const { recordPayment } = await hands.stack.ask(RecordPaymentDocument, { input }, hands.finance);
  refuseNothing(recordPayment.userErrors);
}

async function credit(hands: Hands, order: AcceptedOrder): Promise<void> {
  const { id: invoiceId } = await billOf(hands, order);
  const lines = [{ lineNumber: 1, quantity: "1" }];
  const input = { idempotencyKey: randomUUID(), invoiceId, reason: "Damaged", lines };
  const answer = await hands.stack.ask(IssueCreditMemoDocument, { input }, hands.finance);
  refuseNothing(answer.issueCreditMemo.userErrors);
}

async function cancel({ stack, portal }: Hands, { orderId }: AcceptedOrder): Promise<void> {
  const input = { idempotencyKey: randomUUID(), orderId };
  const { cancelOrder } = await stack.ask(CancelOrderDocument, { input }, portal);
  refuseNothing(cancelOrder.userErrors);
}

async function amend({ stack, portal }: Hands, { orderId }: AcceptedOrder): Promise<void> {
  const input = { idempotencyKey: randomUUID(), orderId, requestedDeliveryDate: "2027-01-15" };
  const { amendOrder } = await stack.ask(AmendOrderDocument, { input }, portal);
  refuseNothing(amendOrder.userErrors);
}

function refuseNothing(userErrors: readonly unknown[]): void {
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
}
