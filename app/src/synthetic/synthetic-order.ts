import {
  compareDecimals,
  parseDecimal,
  parseOrderId,
  syntheticReference,
  type OrderId,
  type ReachedStage,
  type SyntheticResult,
  type SyntheticStage,
} from "@crossdock/domain";
import { sleep, type Clock } from "@crossdock/runtime";
import { z } from "zod";
import type { SyntheticSettings } from "../config/synthetic-settings.ts";
import type { OwnClient } from "./own-client.ts";
import type { Leftovers } from "./leftovers.ts";

export type SyntheticOrderDeps = {
  readonly client: OwnClient;
  readonly leftovers: Leftovers;
  readonly settings: SyntheticSettings;
  readonly clock: Clock;
};

const LOOK_EVERY_MS = 500;

/**
 * Places one order, follows it as far as `settings.until`, takes it back and sees that nothing of it is left. What goes
 * wrong on the way is taken back as well, as far as it can be.
 * @param runId names the order for whoever comes later
 * @throws the signal's reason when it aborts; then the order may still be there
 */
export async function runSyntheticOrder(
  runId: string,
  deps: SyntheticOrderDeps,
  signal: AbortSignal,
): Promise<SyntheticResult> {
  const { settings, clock } = deps;
  const low = await tellLowStock(deps, signal);
  const nothing = { stages: [], failedStage: null, orderId: null };
  if (low !== null) return { ...nothing, outcome: "SKIPPED", reason: low };

  const stages: ReachedStage[] = [];
  let orderId: OrderId | null = null;
  let next: SyntheticStage = "SUBMITTED";
  let sinceMs = clock.nowMs();
  const reach = async <Result>(stage: SyntheticStage, work: () => Promise<Result>) => {
    next = stage;
    const result = await work();
    stages.push({ stage, durationMs: clock.nowMs() - sinceMs });
    sinceMs = clock.nowMs();
    return result;
  };
  try {
    const id = await reach("SUBMITTED", () => submit(runId, deps, signal));
    orderId = id;
    await reach("CONFIRMED", () => follow(id, CONFIRMED, deps, signal));
    if (settings.until === "RELEASED") {
      await reach("RELEASED", () => follow(id, RELEASED, deps, signal));
    }
    await reach("CANCELLED", () => takeBack(runId, id, deps, signal));
    await reach("UNDONE", () => untilNothingIsLeft(id, deps, signal));
    return { outcome: "PASSED", stages, failedStage: null, reason: null, orderId };
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const left = orderId === null ? null : await takeBackAnyway(runId, orderId, deps, signal);
    const whole = left === null ? reason : `${reason}; and it could not be taken back: ${left}`;
    return { outcome: "FAILED", stages, failedStage: next, reason: whole, orderId };
  }
}

/** Takes back what a run of before may have left. @returns its order; `null` when it had none @throws when it is still there */
export async function clearSyntheticOrder(
  runId: string,
  deps: SyntheticOrderDeps,
  signal: AbortSignal,
): Promise<OrderId | null> {
  const orderId = await deps.leftovers.orderOf(runId);
  if (orderId === null) return null;
  await takeBack(runId, orderId, deps, signal);
  await untilNothingIsLeft(orderId, deps, signal);
  return orderId;
}

const STOCK = `query SyntheticStock($skus: [String!]!, $warehouse: String) {
  availability(skus: $skus, warehouse: $warehouse) { availableToPromise { value } } }`;
const stock = z.object({
  availability: z.array(z.object({ availableToPromise: z.object({ value: z.string() }) })),
});

/** @returns why nothing is ordered; `null` when there is enough for everybody */
async function tellLowStock(
  { client, settings: { sku, warehouse, minimumStock } }: SyntheticOrderDeps,
  signal: AbortSignal,
): Promise<string | null> {
  const question = { query: STOCK, variables: { skus: [sku], warehouse } };
  const { availability } = await client.ask(question, stock, signal);
  const [position] = availability;
  const left = parseDecimal(position?.availableToPromise.value ?? "0");
  if (compareDecimals(left, minimumStock) >= 0) return null;
  return `of ${sku} only ${left} can be promised in ${warehouse}, which is less than ${minimumStock}`;
}

const SUBMIT = `mutation SyntheticOrder($input: SubmitOrderInput!) {
  submitOrder(input: $input) { order { id synthetic } userErrors { code message } } }`;
const userErrors = z.array(z.object({ code: z.string(), message: z.string() }));
const submitted = z.object({
  submitOrder: z.object({
    order: z.object({ id: z.string(), synthetic: z.boolean() }).nullable(),
    userErrors,
  }),
});

async function submit(
  runId: string,
  { client, settings }: SyntheticOrderDeps,
  signal: AbortSignal,
): Promise<OrderId> {
  const { customerNumber, sku, warehouse, quantity } = settings;
  const input = {
    idempotencyKey: runId,
    customerId: customerNumber,
    customerReference: syntheticReference(runId),
    warehouse,
    allowBackorder: false,
    lines: [{ sku, quantity }],
  };
  const answer = await client.ask({ query: SUBMIT, variables: { input } }, submitted, signal);
  const { order, userErrors: refusals } = answer.submitOrder;
  if (order === null) throw new Error(`the order is refused: ${wordsOf(refusals)}`);
  return parseOrderId(order.id);
}

const LOOK = `query SyntheticOrderNow($id: ID!) {
  order(id: $id) { status number postings { state } holds { code } } }`;
const looked = z.object({
  order: z
    .object({
      status: z.string(),
      number: z.string().nullable(),
      postings: z.array(z.object({ state: z.string() })),
      holds: z.array(z.object({ code: z.string() })),
    })
    .nullable(),
});
type Look = NonNullable<z.output<typeof looked>["order"]>;

const CONFIRMED = ({ number }: Look) => number !== null;
/** Of its postings the second is the warehouse's. */
const RELEASED = ({ postings }: Look) => postings[1]?.state === "POSTED";
const TAKEN_BACK = ({ status }: Look) => status === "CANCELLED";

/** Looks at the order until it is so. @throws when it is held or over before, or after the stage's patience */
async function follow(
  id: OrderId,
  isSo: (look: Look) => boolean,
  { client, settings, clock }: SyntheticOrderDeps,
  signal: AbortSignal,
): Promise<void> {
  const untilMs = clock.nowMs() + settings.patienceSeconds * 1_000;
  for (;;) {
    const { order } = await client.ask({ query: LOOK, variables: { id } }, looked, signal);
    if (order === null) throw new Error("the order is gone");
    if (isSo(order)) return;
    const isStuck = order.status === "REJECTED" || order.holds.length > 0;
    if (isStuck || clock.nowMs() >= untilMs) throw new Error(standingOf(order, settings));
    await sleep(LOOK_EVERY_MS, signal);
  }
}

function standingOf({ status, holds }: Look, { patienceSeconds }: SyntheticSettings): string {
  const why = holds.map(({ code }) => code).join(", ");
  return why === ""
    ? `it was still ${status} after ${String(patienceSeconds)} seconds, or ended so`
    : `it is ${status} (${why})`;
}

const CANCEL = `mutation SyntheticCancel($input: CancelOrderInput!) {
  cancelOrder(input: $input) { userErrors { code message } } }`;
const cancelled = z.object({ cancelOrder: z.object({ userErrors }) });

async function takeBack(
  runId: string,
  orderId: OrderId,
  deps: SyntheticOrderDeps,
  signal: AbortSignal,
): Promise<void> {
  const { client } = deps;
  const { order } = await client.ask({ query: LOOK, variables: { id: orderId } }, looked, signal);
  if (order?.status === "CANCELLED" || order?.status === "REJECTED") return;
  const input = { idempotencyKey: `${runId}-cancel`, orderId };
  const answer = await client.ask({ query: CANCEL, variables: { input } }, cancelled, signal);
  const { userErrors: refusals } = answer.cancelOrder;
  if (refusals.length > 0) throw new Error(`taking it back is refused: ${wordsOf(refusals)}`);
  await follow(orderId, TAKEN_BACK, deps, signal);
}

/** @returns why it is still there; `null` when it is not */
async function takeBackAnyway(
  runId: string,
  orderId: OrderId,
  deps: SyntheticOrderDeps,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    await takeBack(runId, orderId, deps, signal);
    await untilNothingIsLeft(orderId, deps, signal);
    return null;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

/** Asks the ERP, the warehouse and our stock themselves. @throws with what is still there after the stage's patience */
async function untilNothingIsLeft(
  id: OrderId,
  { leftovers, settings, clock }: SyntheticOrderDeps,
  signal: AbortSignal,
): Promise<void> {
  const untilMs = clock.nowMs() + settings.patienceSeconds * 1_000;
  for (;;) {
    const left = await leftovers.of(id, signal);
    if (left.length === 0) return;
    if (clock.nowMs() >= untilMs) throw new Error(left.join(", "));
    await sleep(LOOK_EVERY_MS, signal);
  }
}

function wordsOf(refusals: z.output<typeof userErrors>): string {
  return refusals.map(({ code, message }) => `${code} ${message}`).join("; ");
}
