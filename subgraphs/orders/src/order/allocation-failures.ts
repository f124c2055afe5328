import {
  allocationChoices,
  allocationFailuresOf,
  allocationsOf,
  amendRefusal,
  isPositive,
  isStopped,
  NO_SUBSTITUTES,
  rulesOf,
  standingIn,
  substitutesOf,
  totalAvailableToPromise,
  withHeld,
  type AllocationFailure,
  type HeldStock,
  type OrderState,
  type Quantity,
  type Sku,
} from "@crossdock/domain";
import type { AllocationChoice } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { AllocationFailureView } from "../models.ts";

/** What of the order no rule finds a warehouse for; what can be done about it is read when it is asked for. */
export function readAllocationFailures(
  state: OrderState,
  context: Context,
): AllocationFailureView[] {
  return allocationFailuresOf(state).map((failure) => ({
    ...failure,
    choices: () => readChoices(state, failure, context),
  }));
}

/** What of the line was asked of warehouses, and is in what they said of their stock still. */
function onItsWay(state: OrderState, { lineNumber }: AllocationFailure): HeldStock[] {
  const asked = new Set(
    state.steps
      .filter((step) => step.status === "ASKED" && !isStopped(state, step))
      .map(({ release }) => release),
  );
  return allocationsOf(state)
    .filter((part) => part.lineNumber === lineNumber)
    .filter(({ release }) => release === null || asked.has(release))
    .map(({ warehouse, quantity }) => ({ warehouse, quantity }));
}

/** Who is promised what is decided when it is sourced, under lock: here it is only told what may be worth a try. */
async function readChoices(
  state: OrderState,
  failure: AllocationFailure,
  { facts, loaders, deps }: Context,
): Promise<AllocationChoice[]> {
  const sku = state.draft.lines.find(({ lineNumber }) => lineNumber === failure.lineNumber)?.sku;
  if (sku === undefined) return [];
  const { substitutes: policy = NO_SUBSTITUTES } = deps.sourcingPolicy;
  const { substitution } = rulesOf(deps.acceptancePolicy, state.draft.channel);
  const others =
    substitution === "refused" ? [] : substitutesOf(policy, sku, state.draft.customerNumber);
  const [look, held, [inbound = []], substitutes] = await Promise.all([
    facts.stock.load(sku),
    loaders.held.load(sku),
    deps.receiptBook.readInbound([sku]),
    Promise.all(others.map((other) => availableOf(other, { facts, loaders }))),
  ]);
  const choices = allocationChoices(failure, {
    sku,
    positions: withHeld(look?.document ?? [], [...(held ?? []), ...onItsWay(state, failure)]),
    inbound: inbound.filter(
      ({ warehouse }) => standingIn(deps.stockPolicy, warehouse).countsTowardsAtp,
    ),
    substitutes: substitutes.flatMap((found) => found ?? []),
    mayCancel: amendRefusal(state) === null,
  });
  return choices.map((choice) => ({
    ...{ warehouse: null, quantity: null, sku: null, until: null },
    ...choice,
  }));
}

/** @returns `null` where nothing of it is there */
async function availableOf(
  sku: Sku,
  { facts, loaders }: Pick<Context, "facts" | "loaders">,
): Promise<{ readonly sku: Sku; readonly available: Quantity } | null> {
  const [look, held] = await Promise.all([facts.stock.load(sku), loaders.held.load(sku)]);
  const available = totalAvailableToPromise(withHeld(look?.document ?? [], held ?? []));
  return available === null || !isPositive(available.value) ? null : { sku, available };
}
