import {
  checkAcceptance,
  checkOrder,
  dateOf,
  refusal,
  rulesOf,
  type AcceptanceHold,
  type Address,
  type Customer,
  type OrderCheck,
  type UserError,
  type Viewer,
} from "@crossdock/domain";
import type { SubmitOrderInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import { channelOf } from "./channel.ts";
import { checkReservations } from "./check-reservations.ts";
import { parseSubmission, type Submission } from "./parse-submission.ts";
import { readFacts, type OrderFacts } from "./read-facts.ts";

/** A submission that every rule has looked at. */
export type CheckedSubmission = {
  readonly submission: Submission;
  readonly customer: Customer | null;
  readonly check: OrderCheck;
  readonly facts: OrderFacts;
  /** What it would wait for once it is taken. */
  readonly holds: readonly AcceptanceHold[];
  /** Where it goes; `null` when neither buyer nor account says so. */
  readonly shipTo: Address | null;
  /** All that is wrong, of the input and by the rules; empty when the order can be taken. */
  readonly userErrors: readonly UserError[];
};

/**
 * What would become of one order now.
 * @throws {SourceUnavailableError} a system does not answer: nothing can be said of the order
 */
export async function checkSubmission(
  input: SubmitOrderInput,
  viewer: Viewer,
  context: Context,
): Promise<CheckedSubmission> {
  const submission = parseSubmission(input);
  return judge(submission, await readFacts(submission, viewer, context), viewer, context);
}

/** Every rule, over facts that were read before. */
export function judge(
  submission: Submission,
  facts: OrderFacts,
  viewer: Pick<Viewer, "role">,
  context: Pick<Context, "deps">,
): CheckedSubmission {
  const { acceptancePolicy, clock } = context.deps;
  const at = clock.now();
  const rules = rulesOf(acceptancePolicy, channelOf(viewer.role));
  const check = checkOrder({
    ...facts,
    lines: submission.lines,
    allowBackorder: submission.allowBackorder,
    warehouse: submission.warehouse,
    shipComplete: submission.shipComplete,
    sourcing: context.deps.sourcingPolicy,
    on: dateOf(at),
    priceTolerance: rules.priceTolerance,
  });
  const accepted = checkAcceptance({
    rules,
    skus: submission.lines.map(({ sku }) => sku),
    subtotal: check.subtotal,
    requestedDeliveryOn: submission.requestedDeliveryOn,
    at,
    refusals: check.userErrors,
    isClosed: facts.customer?.status === "CLOSED",
  });
  const shipTo = submission.shipTo ?? facts.customer?.shipToAddresses[0] ?? null;
  const hasNowhereToGo = shipTo === null && facts.customer !== null;
  const nowhere = "The account has no address: say where the order goes.";
  return {
    submission,
    customer: facts.customer,
    check,
    facts,
    holds: accepted.holds,
    shipTo,
    userErrors: [
      ...submission.userErrors,
      ...accepted.userErrors,
      ...checkReservations(submission, facts.reservations),
      ...(hasNowhereToGo ? [refusal("INVALID_ADDRESS", nowhere, ["shipTo"])] : []),
    ],
  };
}
