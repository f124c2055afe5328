import {
  fingerprintOf,
  submitOrder,
  type Acceptance,
  type IdempotencyKey,
} from "@crossdock/commands";
import {
  addMoney,
  maySee,
  type CustomerNumber,
  type Money,
  type UserError,
  type Viewer,
} from "@crossdock/domain";
import type { Context } from "../context.ts";
import type { OrderRequest } from "./accept-orders.ts";
import { judge } from "./check-submission.ts";
import { draftOf } from "./draft.ts";
import type { Submission } from "./parse-submission.ts";
import { readFacts, type OrderFacts } from "./read-facts.ts";

/** What is going to become of one. `repeat`: its key is accepted by an order before it in the same call. */
export type Plan =
  | { readonly kind: "earlier"; readonly acceptance: Acceptance }
  | { readonly kind: "refused"; readonly userErrors: readonly UserError[] }
  | { readonly kind: "accept"; readonly request: OrderRequest }
  | { readonly kind: "repeat"; readonly isConflict: boolean };

/**
 * Judges orders in their order, each as if those before it were accepted.
 * @throws {SourceUnavailableError} a system does not answer: nothing can be said of any
 * @throws {CommandsBusyError} too many orders wait already; nothing was written
 */
export async function planOrders(
  submissions: readonly Submission[],
  viewer: Viewer,
  context: Context,
): Promise<readonly Plan[]> {
  // Before the rules: what was accepted once stays accepted, whatever has changed since.
  const recallable = submissions.filter((submission) => isRecallable(submission, viewer));
  const recalled = await recallEach(recallable, viewer, context);
  const earlier = new Map(recallable.map((submission) => [submission, recalled.next().value]));
  const fresh = recallable.filter((submission) => earlier.get(submission) == null);
  if (fresh.length > 0) await context.deps.commandLog.admit(submitOrder, fresh.length);
  const facts = await Promise.all(
    submissions.map((submission) =>
      earlier.get(submission) == null ? readFacts(submission, viewer, context) : null,
    ),
  );
  const planned = new Map<IdempotencyKey, string>();
  const ordered = new Map<CustomerNumber, Money>();
  return submissions.map((submission, at): Plan => {
    const acceptance = earlier.get(submission);
    if (acceptance != null) return { kind: "earlier", acceptance };
    const { idempotencyKey, intent } = submission;
    const first = idempotencyKey === null ? undefined : planned.get(idempotencyKey);
    const fingerprint = fingerprintOf({ type: submitOrder.type, data: intent });
    if (first !== undefined && isRecallable(submission, viewer)) {
      return { kind: "repeat", isConflict: first !== fingerprint };
    }
    const read = facts[at];
    if (read == null) throw new Error("An order was planned without facts.");
    const checked = judge(submission, withOrdered(read, ordered), viewer, context);
    const { userErrors, customer, check } = checked;
    if (idempotencyKey === null || customer === null || userErrors.length > 0) {
      return { kind: "refused", userErrors };
    }
    planned.set(idempotencyKey, fingerprint);
    const before = ordered.get(customer.number);
    ordered.set(
      customer.number,
      before === undefined ? check.subtotal : addMoney(before, check.subtotal),
    );
    const { acceptancePolicy, clock } = context.deps;
    const draft = draftOf(checked, viewer, clock.now(), acceptancePolicy);
    // Judged to be there, each of them.
    const reservations = submission.reservations.filter((id) => id !== null);
    const { stockOffers } = read;
    return {
      kind: "accept",
      request: { draft, idempotencyKey, intent, reservations, stockOffers },
    };
  });
}

/** What the orders before it in the same call will owe counts against the same limit. */
function withOrdered(facts: OrderFacts, ordered: ReadonlyMap<CustomerNumber, Money>): OrderFacts {
  const more = facts.customer === null ? undefined : ordered.get(facts.customer.number);
  if (more === undefined) return facts;
  const { openOrdersTotal } = facts;
  return {
    ...facts,
    openOrdersTotal: openOrdersTotal === null ? more : addMoney(openOrdersTotal, more),
  };
}

/**
 * For an account that is not the viewer's nothing is recalled: it does not exist. What is wrong in
 * itself was never accepted.
 */
function isRecallable(
  { idempotencyKey, customerNumber, userErrors }: Submission,
  viewer: Viewer,
): boolean {
  if (idempotencyKey === null || customerNumber === null || userErrors.length > 0) return false;
  return maySee(viewer, customerNumber);
}

/** @returns what the client has used each key for, in order; `null` where it has not */
export async function recallEach(
  submissions: readonly Submission[],
  { clientId }: Viewer,
  { deps }: Context,
): Promise<Iterator<Acceptance | null, undefined>> {
  const asked = submissions.flatMap(({ idempotencyKey, intent }) =>
    idempotencyKey === null ? [] : [{ clientId, idempotencyKey, fingerprint: intent }],
  );
  return (await deps.commandLog.recallEach(submitOrder, asked)).values();
}
