import { randomUUID } from "node:crypto";
import {
  RecordShipmentMilestoneDocument,
  ShipmentOfNumberDocument,
} from "../../generated/operations.ts";
import { createErpClerk } from "../erp-clerk.ts";
import {
  bring,
  CUSTOMER,
  PATH_MS,
  PIECES,
  place,
  readOrder,
  ship,
  STEPS,
  type Hands,
  type Step,
} from "../failing-steps/steps.ts";
import { anOrder, placeOrder, STAPLE, type AcceptedOrder } from "../placing-orders.ts";
import { until } from "../until.ts";
import type { Expected } from "./tower.ts";

/** A fault at one step of an order's path. */
export type Case = {
  readonly name: string;
  /** An order that is as far as the fault needs it, before any fault; left out where the case places what it needs. */
  prepare?(hands: Hands): Promise<AcceptedOrder>;
  /** Sets the fault off, and leaves it until the faults are cleared. */
  strike(hands: Hands, order: AcceptedOrder): Promise<void>;
  /** All of this the tower has to show of it. */
  readonly expected: readonly Expected[];
  /** Repairs what clearing the sandbox's faults does not. */
  repair?(hands: Hands, order: AcceptedOrder): Promise<void>;
};

const LONG_MS = 600_000;
/** Uses up what it buys, and is charged for the way. */
export const TAXED = "C10560";
/** Of a write that was answered with an error: whether it was done nobody knows, or a look-up has said that it was not. */
const UNSURE = ["UNKNOWN_OUTCOME", "TECHNICAL"] as const;
/** Looks for an order where it may be by its reference: open, or billed already. */
const LOOK_UP = "POST $batch salesInvoices+salesOrders";
/** Nobody else's order has these: the one is blocked, of the other the shelf is empty after a short pick. */
const BLOCKED_ITEM = "NG-10003";
const SHORT_ITEM = "NG-10005";

const WAYS = [
  { way: "answers with an error", kind: "error", class: UNSURE, owner: "source" },
  { way: "takes no more calls", kind: "rateLimit", class: "RATE_LIMIT", owner: "source" },
] as const;

/** Every step that a source does, when its call fails again and again. */
const CALLS: readonly Case[] = STEPS.flatMap((step) =>
  WAYS.filter(({ kind }) => kind === "error" || step.before === null).map(
    ({ way, kind, class: errorClass, owner }): Case => ({
      name: `${step.name}, and ${step.source} ${way}`,
      ...(step.before !== null && { prepare: orderThatIs(step.before) }),
      strike: (hands, order) => strikeStep(hands, step, { kind, forMs: LONG_MS }, order),
      expected: [
        {
          where: "FAILING_COMMANDS",
          class: errorClass,
          owner,
          system: step.source,
          typename: "Command",
        },
      ],
    }),
  ),
);

/** @param order left out where the order itself sets the step off */
async function strikeStep(
  hands: Hands,
  { source, operation, before, start }: Step,
  fault: Omit<Parameters<Hands["stack"]["sandbox"]["fault"]>[0], "source">,
  order?: AcceptedOrder,
): Promise<void> {
  await hands.stack.sandbox.fault({ source, operation, ...fault });
  await start(hands, before === null || order === undefined ? await place(hands) : order);
}

export function orderThatIs(before: Step["before"], { customer = CUSTOMER, sku = STAPLE } = {}) {
  return async (hands: Hands): Promise<AcceptedOrder> => {
    const { stack } = hands;
    const portal = await stack.token("portal", customer);
    const lines = [{ sku, quantity: PIECES }];
    const order = await placeOrder(stack, anOrder(customer, { lines }), portal);
    await bring({ ...hands, portal }, order, before);
    return order;
  };
}

function submitting(): Step {
  const step = STEPS.find(({ command }) => command === "orders.submitOrder");
  if (step === undefined) throw new Error("No step creates an order.");
  return step;
}
/** What happens otherwise than by a call that fails. */
const OTHERS: readonly Case[] = [
  {
    name: "the ERP is down, and an order waits for it",
    async strike(hands) {
      await hands.stack.sandbox.fault({ source: "erp", kind: "down", forMs: LONG_MS });
      await place(hands);
    },
    expected: [
      { where: "sources", class: "TECHNICAL", owner: "source", system: "erp" },
      { where: "PENDING_ERP_CREATION", typename: "Order" },
    ],
  },
  {
    name: "the ERP creates the order, its answer is lost, and it cannot be looked for",
    async strike(hands) {
      const lookUps = { source: "erp", operation: LOOK_UP, forMs: LONG_MS } as const;
      await hands.stack.sandbox.fault({ ...lookUps, kind: "error" });
      const fault = { kind: "lostResponse", times: 1, forMs: LONG_MS } as const;
      await strikeStep(hands, submitting(), fault);
    },
    expected: [{ where: "FAILING_COMMANDS", class: UNSURE, owner: "source", system: "erp" }],
  },
  {
    name: "the ERP answers the order with nonsense",
    strike: (hands) => strikeStep(hands, submitting(), { kind: "garbage", forMs: LONG_MS }),
    // It is not tried again: nobody but a person who looks at the answer can say whether the ERP is wrong or our reading of it.
    expected: [
      {
        where: "exceptions",
        class: "TECHNICAL",
        owner: "operator",
        code: "INTERNAL_SERVER_ERROR",
        typename: "Order",
      },
    ],
  },
  {
    name: "the item is blocked in the ERP once the order is accepted",
    async strike(hands) {
      const { stack, portal } = hands;
      const operation = "POST salesOrders";
      await stack.sandbox.fault({ source: "erp", kind: "rateLimit", operation, forMs: LONG_MS });
      const lines = [{ sku: BLOCKED_ITEM, quantity: "2" }];
      await placeOrder(stack, anOrder(CUSTOMER, { lines }), portal);
      await clerkOf(hands).blockItem(BLOCKED_ITEM, true);
      await stack.sandbox.clearFaults();
    },
    expected: [
      {
        where: "exceptions",
        class: "MASTER_DATA",
        owner: "masterData",
        code: "ITEM_BLOCKED",
        typename: "Order",
      },
    ],
    repair: (hands) => clerkOf(hands).blockItem(BLOCKED_ITEM, false),
  },
  {
    name: "nothing is heard of the warehouse: no notification, and no answer to a look",
    async strike({ stack }) {
      await stack.sandbox.fault({ source: "wms", kind: "drop", forMs: LONG_MS });
      await stack.sandbox.fault({ source: "wms", kind: "down", forMs: LONG_MS });
    },
    expected: [
      {
        where: "exceptions",
        class: "TECHNICAL",
        owner: "source",
        code: "FEED_SILENT",
        typename: "Feed",
      },
      { where: "sources", class: "TECHNICAL", owner: "source", system: "wms" },
    ],
  },
  {
    name: "the warehouse falls short of what it was told to send",
    prepare: orderThatIs("ALLOCATED", { sku: SHORT_ITEM }),
    async strike(hands, order) {
      const short = [{ sku: SHORT_ITEM, quantity: 1 }];
      await hands.stack.sandbox.advance(await numberOf(hands, order), "shipped", { short });
    },
    expected: [
      {
        where: "exceptions",
        class: "BUSINESS_RULE",
        owner: "warehouse",
        code: "SHORT_PICK",
        typename: "Shipment",
      },
    ],
  },
  {
    name: "the shipment is lost on its way",
    prepare: orderThatIs("INVOICED"),
    async strike(hands, order) {
      const { stack, operator } = hands;
      const number = await numberOf(hands, order);
      const shipped = await stack.ask(ShipmentOfNumberDocument, { number }, operator);
      const input = {
        idempotencyKey: randomUUID(),
        shipmentId: shipped.order?.shipments[0]?.id ?? "",
        status: "EXCEPTION" as const,
        at: new Date().toISOString(),
        note: "Lost between Toledo and Cleveland.",
      };
      const { recordShipmentMilestone: told } = await stack.ask(
        RecordShipmentMilestoneDocument,
        { input },
        operator,
      );
      if (told.userErrors.length > 0) throw new Error(JSON.stringify(told.userErrors));
    },
    expected: [
      {
        where: "exceptions",
        class: "BUSINESS_RULE",
        owner: "operator",
        code: "CARRIER_EXCEPTION",
        typename: "Shipment",
      },
    ],
  },
  {
    name: "the carrier does not say what the way cost",
    prepare: orderThatIs("ALLOCATED", { customer: TAXED }),
    async strike(hands, order) {
      await hands.stack.sandbox.fault({ source: "carrier", kind: "error", forMs: LONG_MS });
      await ship({ ...hands, portal: hands.operator }, order);
    },
    expected: [{ where: "FAILING_COMMANDS", class: UNSURE, owner: "source", system: "carrier" }],
    repair: billTheWay,
  },
  {
    name: "the tax engine does not answer",
    prepare: orderThatIs("ALLOCATED", { customer: TAXED }),
    async strike(hands, order) {
      await hands.stack.sandbox.fault({ source: "tax", kind: "error", forMs: LONG_MS });
      await ship({ ...hands, portal: hands.operator }, order);
      await billTheWay(hands, order);
    },
    expected: [{ where: "FAILING_COMMANDS", class: UNSURE, owner: "source", system: "tax" }],
  },
  {
    name: "finance is down while goods leave",
    prepare: orderThatIs("ALLOCATED"),
    async strike(hands, order) {
      await hands.stack.sandbox.fault({ source: "finance", kind: "down", forMs: LONG_MS });
      await ship({ ...hands, portal: hands.operator }, order);
    },
    expected: [
      { where: "sources", class: "TECHNICAL", owner: "source", system: "finance" },
      { where: "SHIPPED_NOT_INVOICED", typename: "Order" },
    ],
  },
  {
    name: "the books are closed when the bill is to be posted",
    prepare: orderThatIs("ALLOCATED"),
    async strike(hands, order) {
      await hands.stack.sandbox.behave("period-close");
      await ship({ ...hands, portal: hands.operator }, order);
    },
    expected: [
      { where: "exceptions", class: "BUSINESS_RULE", owner: "finance", code: "PERIOD_CLOSED" },
    ],
    repair: ({ stack }) => stack.sandbox.behave(),
  },
];

export const CASES: readonly Case[] = [...CALLS, ...OTHERS];

async function numberOf(hands: Hands, order: AcceptedOrder): Promise<string> {
  const { number } = await readOrder({ ...hands, portal: hands.operator }, order.orderId);
  return number ?? "";
}

/** The carrier bills what has been shipped of the order: by itself it would days later. */
export async function billTheWay(hands: Hands, order: AcceptedOrder): Promise<void> {
  const { stack, operator } = hands;
  const number = await numberOf(hands, order);
  const shipped = await until(
    () => stack.ask(ShipmentOfNumberDocument, { number }, operator),
    (seen) => seen.order?.shipments[0]?.status === "SHIPPED",
    PATH_MS,
  );
  await stack.sandbox.bill(shipped.order?.shipments[0]?.trackingNumber ?? "");
}

function clerkOf({ stack }: Hands) {
  return createErpClerk(`http://127.0.0.1:${stack.settings["SANDBOX_PORT"] ?? ""}`);
}
