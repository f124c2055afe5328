import { ACCOUNT, OPERATOR, SUBMIT, WATCH, WHOLE } from "./operations.ts";

/** The demo data that the steps speak of. */
export type DemoData = {
  /** A customer account with contract prices. */
  readonly customer: string;
  /** Three products that it has contract prices for and that are in stock. */
  readonly skus: readonly [string, string, string];
  /** Where the sandbox's control side is; `null` when no sandbox runs. */
  readonly sandboxUrl: string | null;
};

export type DemoOperation = {
  readonly label: string;
  readonly role: "portal" | "operator";
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
};

/** One thing to try: what it shows, operations for the explorer, commands for a shell. */
export type Step = {
  readonly title: string;
  readonly text: string;
  readonly operations: readonly DemoOperation[];
  readonly commands: readonly { readonly label: string; readonly command: string }[];
};

/**
 * Five steps from the first look to the first failure.
 * @param runId makes the order of this page its own: the same page submits one order, however often
 */
export function demoSteps(demo: DemoData, runId: string): readonly Step[] {
  const { customer } = demo;
  return [
    {
      title: "See your account and a contract price",
      text: "One query asks ERP, warehouse and finance at once. The token decides which accounts exist for you.",
      operations: [
        {
          label: "Account and price",
          role: "portal",
          query: ACCOUNT,
          variables: { customer, sku: demo.skus[0] },
        },
      ],
      commands: [],
    },
    {
      title: "Submit an order of three lines",
      text: "Open step 3 first, if you want to watch it happen. Run this twice: one idempotency key is one order, whatever you do.",
      operations: [
        { label: "Submit the order", role: "portal", query: SUBMIT, variables: order(demo, runId) },
      ],
      commands: [],
    },
    {
      title: "Watch it live",
      text: "A subscription. The ERP takes the order, the warehouse picks and ships it, finance bills it; nobody polls.",
      operations: [
        { label: "Watch the orders", role: "portal", query: WATCH, variables: { customer } },
      ],
      commands: [],
    },
    {
      title: "See it whole",
      text: "The newest order with its lines, shipments, milestones, invoices and timeline: three systems, one answer.",
      operations: [
        { label: "The whole order", role: "portal", query: WHOLE, variables: { customer } },
      ],
      commands: [],
    },
    {
      title: "Break something",
      text: "A bad order is refused with every reason at once. Then let the ERP make an order and lose its answer: it is looked up before anything is sent again. Two attempts, one order.",
      operations: [
        {
          label: "A bad order",
          role: "portal",
          query: SUBMIT,
          variables: badOrder(demo, `${runId}-bad`),
        },
        {
          label: "An order whose answer is lost",
          role: "portal",
          query: SUBMIT,
          variables: order(demo, `${runId}-lost`),
        },
        { label: "What the operator sees", role: "operator", query: OPERATOR, variables: {} },
      ],
      commands: demo.sandboxUrl === null ? [] : faultCommands(demo.sandboxUrl),
    },
  ];
}

function order({ customer, skus }: DemoData, idempotencyKey: string) {
  const quantities = ["10", "4", "1"];
  const lines = skus.map((sku, index) => ({ sku, quantity: quantities[index] }));
  const customerReference = `PO-${idempotencyKey}`.slice(0, 30);
  return {
    input: { idempotencyKey, customerId: customer, customerReference, lines, waitMs: 3000 },
  };
}

function badOrder({ customer, skus }: DemoData, idempotencyKey: string) {
  const lines = [
    { sku: skus[0], quantity: "-1" },
    { sku: "NO-SUCH-SKU", quantity: "1" },
    { sku: skus[1], quantity: "1", expectedUnitPrice: "0.01" },
  ];
  return { input: { idempotencyKey, customerId: customer, lines } };
}

const FAULT_LASTS_MS = 60_000;

function faultCommands(sandboxUrl: string) {
  const faults = `${sandboxUrl}/_control/faults`;
  const fault = {
    source: "erp",
    kind: "lostResponse",
    operation: "POST salesOrders",
    rate: 1,
    forMs: FAULT_LASTS_MS,
  };
  const body = JSON.stringify(fault);
  return [
    {
      label: "Lose the ERP’s answers to new orders for a minute",
      command: `curl -s -X POST ${faults} -H 'content-type: application/json' -d '${body}'`,
    },
    { label: "Lose no more answers", command: `curl -s -X DELETE ${faults}` },
  ];
}
