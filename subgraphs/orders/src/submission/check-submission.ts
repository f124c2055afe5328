import {
  checkOrder,
  dateOf,
  refusal,
  type Address,
  type Customer,
  type OrderCheck,
  type UserError,
  type Viewer,
} from "@crossdock/domain";
import type { SubmitOrderInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import { parseSubmission, type Submission } from "./parse-submission.ts";
import { readFacts } from "./read-facts.ts";

/** A submission that every rule has looked at. */
export type CheckedSubmission = {
  readonly submission: Submission;
  readonly customer: Customer | null;
  readonly check: OrderCheck;
  /** Where it goes; `null` when neither buyer nor account says so. */
  readonly shipTo: Address | null;
  /** All that is wrong, of the input and by the rules; empty when the order can be taken. */
  readonly userErrors: readonly UserError[];
};

/**
 * @param input raw, or parsed already
 * @throws {SourceUnavailableError} a system does not answer: nothing can be said of the order
 */
export async function checkSubmission(
  input: SubmitOrderInput | Submission,
  viewer: Viewer,
  context: Context,
): Promise<CheckedSubmission> {
  const submission = "intent" in input ? input : parseSubmission(input);
  const facts = await readFacts(submission, viewer, context);
  const check = checkOrder({
    ...facts,
    lines: submission.lines,
    allowBackorder: submission.allowBackorder,
    warehouse: submission.warehouse,
    on: dateOf(context.deps.clock.now()),
  });
  const shipTo = submission.shipTo ?? facts.customer?.shipToAddresses[0] ?? null;
  const hasNowhereToGo = shipTo === null && facts.customer !== null;
  const nowhere = "The account has no address: say where the order goes.";
  return {
    submission,
    customer: facts.customer,
    check,
    shipTo,
    userErrors: [
      ...submission.userErrors,
      ...check.userErrors,
      ...(hasNowhereToGo ? [refusal("INVALID_ADDRESS", nowhere, ["shipTo"])] : []),
    ],
  };
}
