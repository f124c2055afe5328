import {
  checkAcceptance,
  checkOrder,
  compareQuantities,
  dateOf,
  isPositive,
  NO_SUBSTITUTES,
  offeredSubstitutes,
  refusal,
  rulesOf,
  withSubstitutes,
  type AcceptanceHold,
  type AcceptanceNotice,
  type Address,
  type ChannelRules,
  type Customer,
  type OrderCheck,
  type OrderQuestion,
  type SourcingPolicy,
  type Substitute,
  type SubstitutePolicy,
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
  /** Of each line what may stand in for it and is there; nothing for a line of which nothing waits. */
  readonly substitutes: readonly (readonly Substitute[])[];
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
  const { sourcingPolicy } = context.deps;
  const question = {
    ...facts,
    lines: submission.lines,
    allowBackorder: submission.allowBackorder,
    warehouse: submission.warehouse,
    shipComplete: submission.shipComplete,
    sourcing: sourcingPolicy,
    on: dateOf(at),
    priceTolerance: rules.priceTolerance,
    substitutes: mayStandIn(sourcingPolicy, rules),
  };
  const check = checkWithSubstitutes(question, rules);
  const accepted = checkAcceptance({
    rules,
    skus: check.lines.map(({ sku }) => sku),
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
    substitutes: offersOf(check, question),
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

function mayStandIn(
  { substitutes = NO_SUBSTITUTES }: SourcingPolicy,
  { substitution }: ChannelRules,
): SubstitutePolicy {
  return substitution === "refused" ? NO_SUBSTITUTES : substitutes;
}

/** Where another product is taken by itself, its buyer is told, and the order is judged with it. */
function checkWithSubstitutes(question: OrderQuestion, { substitution }: ChannelRules): OrderCheck {
  const check = checkOrder(question);
  const { substitutes = NO_SUBSTITUTES, lines } = question;
  const waits = check.lines.map(({ backorder, quantity, availableToPromise }) => {
    const isShort = compareQuantities(availableToPromise, quantity) < 0;
    return isPositive(backorder.value) || isShort;
  });
  if (substitution !== "automatic" || !waits.includes(true)) return check;
  const replaced = withSubstitutes(lines, waits, substitutes, question);
  const notices = replaced.flatMap((line, at): AcceptanceNotice[] => {
    const before = lines[at]?.sku;
    if (before === undefined || before === line.sku) return [];
    const message = `${before} is not there: ${line.sku} is sent instead.`;
    return [{ code: "SUBSTITUTED", message, field: ["lines", String(at), "sku"] }];
  });
  if (notices.length === 0) return check;
  const again = checkOrder({ ...question, lines: replaced });
  return { ...again, notices: [...again.notices, ...notices] };
}

function offersOf({ lines }: OrderCheck, question: OrderQuestion) {
  const { substitutes = NO_SUBSTITUTES } = question;
  return lines.map((line) => {
    const isShort = compareQuantities(line.availableToPromise, line.quantity) < 0;
    const isAsked = line.product !== null && line.substituteFor === undefined;
    return isAsked && (isShort || isPositive(line.backorder.value))
      ? offeredSubstitutes(line, substitutes, question)
      : [];
  });
}
