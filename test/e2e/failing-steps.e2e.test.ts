import { addDecimals, compareDecimals, multiplyDecimals, parseDecimal } from "@crossdock/domain";
import { AuditVerificationDocument, AvailabilityDocument } from "../generated/operations.ts";
import { FAILURES, openExceptions } from "../src/failing-steps/faults.ts";
import {
  bring,
  CUSTOMER,
  PATH_MS,
  PIECES,
  place,
  readOrder,
  ship,
  STEPS,
  type OrderStanding,
  type Hands,
  type Step,
} from "../src/failing-steps/steps.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { STAPLE, waitForStatus, type AcceptedOrder } from "../src/placing-orders.ts";
import { startStack } from "../src/stack.ts";
import { until } from "../src/until.ts";

/** The warehouse moves an order along only when it is told to. */
const PACE = {
  speed: 0.001,
  sweepSeconds: 2,
  callsPerMinute: 6_000,
};

const AS_NOW_SECONDS = 1;

jest.setTimeout(180_000);

let hands: Hands;
/** Pieces that could be promised at the beginning, and what has left since. */
let atFirst: number;
let sent = 0;
beforeAll(async () => {
  const stack = await startStack(PACE);
  const [portal, finance, operator] = await Promise.all([
    stack.token("portal", CUSTOMER),
    stack.token("finance"),
    stack.token("operator"),
  ]);
  hands = { stack, portal, finance, operator };
  // What an order is judged by is known before its sources go away.
  await untilHistoryIsRead(stack);
  atFirst = await until(promisable, (pieces) => pieces > 0, PATH_MS);
});
afterEach(() => hands.stack.sandbox.clearFaults());
afterAll(() => hands.stack[Symbol.asyncDispose]());

/** As the warehouse has it now: our copy of its stock is some sweeps behind what no movement tells. */
async function promisable(): Promise<number> {
  const { stack, portal } = hands;
  const asked = { sku: STAPLE };
  const { data } = await stack.query(AvailabilityDocument, asked, portal, AS_NOW_SECONDS);
  return (data?.availability ?? []).reduce((sum, { availableToPromise }) => {
    return sum + Number(availableToPromise.value);
  }, 0);
}

/** Where the order has not gone its way yet, it goes now. */
async function goOn(order: AcceptedOrder, { ends, before, command }: Step): Promise<void> {
  const { stack, portal } = hands;
  if (ends === "INVOICED" && before !== "INVOICED" && command !== "billing.raiseInvoice") {
    await waitForStatus(stack, order, "ALLOCATED", portal, PATH_MS);
    if (command === "orders.rewriteOrder") await untilCommandsRest();
    await ship(hands, order);
  }
  await waitForStatus(stack, order, ends, portal, PATH_MS);
}

/** Nothing is on its way any more. */
async function untilCommandsRest(): Promise<void> {
  const text = async () => (await fetch(`${hands.stack.url}/metrics`)).text();
  await until(text, (metrics) => !/^crossdock_commands_open\S* [1-9]/m.test(metrics), PATH_MS);
}

async function countDocuments({ reference, orderId }: AcceptedOrder) {
  const { sandbox } = hands.stack;
  const { number, invoices } = await readOrder(hands, orderId);
  const taken = await sandbox.documents("wms", "order", String(number));
  const bill = invoices[0]?.number ?? "none";
  return {
    erp: await sandbox.count("erp", "salesOrder", reference),
    wms: taken.filter(({ status }) => status !== "Cancelled").length,
    invoice: await sandbox.count("finance", "invoice", String(number)),
    payment: await sandbox.count("finance", "payment", bill),
    creditNote: await sandbox.count("finance", "creditNote", bill),
  };
}

/** What finance wants for it is what has left, at the prices that were confirmed. */
function expectOwed({ lines, invoices }: OrderStanding): void {
  const shipped = lines.map(({ shipped: { value }, unitPrice: { amount } }) =>
    multiplyDecimals(parseDecimal(value), parseDecimal(amount)),
  );
  const billed = invoices.map(({ total }) => parseDecimal(total?.amount ?? "0"));
  const [owed, wanted] = [addDecimals(...shipped), addDecimals(...billed)];
  expect([owed, wanted, compareDecimals(owed, wanted)]).toEqual([owed, wanted, 0]);
}

const CASES = FAILURES.flatMap((failure) =>
  STEPS.filter((step) => failure.strikes?.(step) ?? true).map((step) => ({ failure, step })),
);

test.each(CASES)("$step.name, and $failure.name", async ({ failure, step }) => {
  const isFirst = step.before === null;
  // What sets the first steps off is the order itself.
  if (isFirst) await failure.strike(hands, step);
  const order = await place(hands);
  await bring(hands, order, step.before);
  if (!isFirst) await failure.strike(hands, step);
  await step.start(hands, order);
  const shown = await failure.end(hands, step);
  if (shown !== null) {
    expect(shown).toMatchObject({
      owner: expect.any(String) as string,
      suggestedAction: { code: expect.any(String) as string },
    });
  }
  await goOn(order, step);

  const isLeft = step.ends === "INVOICED";
  const counts = { payment: 0, creditNote: 0, ...(step.pays && { [step.pays]: 1 }) };
  const once = isLeft ? 1 : 0;
  const documents = await until(
    () => countDocuments(order),
    (seen) => step.pays === undefined || seen[step.pays] > 0,
    PATH_MS,
  );
  expect(documents).toEqual({ erp: once, wms: once, invoice: once, ...counts });
  const whole = await readOrder(hands, order.orderId);
  const line = isLeft ? PIECES : "0";
  expect(whole).toMatchObject({
    holds: [],
    blockers: [],
    lines: [{ shipped: { value: line }, invoiced: { value: line } }],
  });
  expectOwed(whole);
  sent += isLeft ? Number(PIECES) : 0;
  await until(promisable, (now) => now === atFirst - sent, PATH_MS);
  await until(
    () => openExceptions(hands),
    (all) => all.length === 0,
    PATH_MS,
  );
});

test("the journal of all of it is whole", async () => {
  const { stack, operator } = hands;
  const { auditVerification } = await stack.ask(AuditVerificationDocument, {}, operator);
  expect(auditVerification.holds).toBe(true);
});
