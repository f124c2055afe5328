import { submitOrder, type Acceptance } from "@crossdock/commands";
import { refusal, type UserError, type Viewer } from "@crossdock/domain";
import type { Context } from "../context.ts";
import {
  acceptOrder,
  acceptTogether,
  ReservationEndedError,
  StockGoneError,
  UnwantedError,
  type OrderRequest,
} from "./accept-orders.ts";
import { notHeld } from "./check-reservations.ts";
import { tooLittle } from "./too-little.ts";
import type { Submission } from "./parse-submission.ts";
import { planOrders, recallEach, type Plan } from "./plan-orders.ts";

/** What became of one order. */
export type Taken =
  Acceptance | { readonly kind: "refused"; readonly userErrors: readonly UserError[] };

/** Whether one refused order refuses those beside it. */
export type BulkErrorPolicy = "REJECT_ALL" | "REJECT_FAILED";

/**
 * Takes orders as if they came one after the other; the facts of all are read at once, before any is
 * accepted.
 * @returns one per submission, in their order
 * @throws {SourceUnavailableError} a system does not answer: nothing was accepted
 * @throws {CommandsBusyError} too many orders wait already: nothing was accepted
 */
export async function takeOrders(
  submissions: readonly Submission[],
  policy: BulkErrorPolicy,
  viewer: Viewer,
  context: Context,
): Promise<readonly Taken[]> {
  const plans = await planOrders(submissions, viewer, context);
  const isAll = policy === "REJECT_ALL";
  if (isAll && plans.some(isRefusal)) return plans.map(refuseWithTheOthers);
  const requests = plans.flatMap((plan) => (plan.kind === "accept" ? [plan.request] : []));
  const acceptances = isAll
    ? await acceptAllOrNone(requests, viewer, context)
    : await acceptEachAlone(requests, viewer, context);
  // Asked only now: what a key belongs to is decided by the acceptance.
  const repeats = await recallEach(
    submissions.filter((_, at) => plans[at]?.kind === "repeat"),
    viewer,
    context,
  );
  return plans.map((plan) => {
    if (plan.kind === "refused") return plan;
    if (plan.kind === "earlier") return plan.acceptance;
    const next = (plan.kind === "accept" ? acceptances : repeats).next();
    if (next.done === true) throw new Error("An order was given no answer.");
    return next.value ?? REFUSED_WITH_THE_OTHERS; // the repeat of one that was taken back
  });
}

/** As many as fail have no effect on the others. A failure of the ledger leaves those that were accepted. */
async function acceptEachAlone(
  requests: readonly OrderRequest[],
  viewer: Viewer,
  context: Context,
): Promise<Iterator<Taken, undefined>> {
  const acceptances = await Promise.all(
    requests.map(async (request): Promise<Taken> => {
      try {
        return await acceptOrder(request, viewer, context);
      } catch (error) {
        if (!isTooLate(error)) throw error;
        // A request that is sent twice at the same moment may come too late for what its twin has.
        const twin = await recallTwin(request, viewer, context);
        return twin ?? refusedFor(error, request);
      }
    }),
  );
  return acceptances.values();
}

/** A key that somebody else used for another order since we looked is a refusal like any other. */
async function acceptAllOrNone(
  requests: readonly OrderRequest[],
  viewer: Viewer,
  context: Context,
): Promise<Iterator<Taken, undefined>> {
  const hasNoConflict = (all: readonly Acceptance[]) =>
    all.every(({ kind }) => kind !== "conflict");
  try {
    return (await acceptTogether(requests, viewer, context, hasNoConflict)).values();
  } catch (error) {
    if (isTooLate(error)) {
      return requests
        .map((request, at) =>
          at === error.at ? refusedFor(error, request) : REFUSED_WITH_THE_OTHERS,
        )
        .values();
    }
    if (!(error instanceof UnwantedError)) throw error;
    return error.acceptances
      .map((taken): Taken => (taken.kind === "accepted" ? REFUSED_WITH_THE_OTHERS : taken))
      .values();
  }
}

type TooLate = ReservationEndedError | StockGoneError;

function isTooLate(error: unknown): error is TooLate {
  return error instanceof ReservationEndedError || error instanceof StockGoneError;
}

async function recallTwin(
  { idempotencyKey, intent }: OrderRequest,
  { clientId }: Viewer,
  { deps }: Context,
): Promise<Acceptance | null> {
  const asked = { clientId, idempotencyKey, fingerprint: intent };
  return (await deps.commandLog.recallEach(submitOrder, [asked]))[0] ?? null;
}

function refusedFor(error: TooLate, { reservations, draft }: OrderRequest): Taken {
  if (error instanceof StockGoneError) {
    return { kind: "refused", userErrors: error.shortages.map((one) => tooLittle(one, draft)) };
  }
  const field = ["reservations", String(reservations.indexOf(error.reservation))];
  return { kind: "refused", userErrors: [notHeld(field)] };
}

function isRefusal(plan: Plan): boolean {
  if (plan.kind === "earlier") return plan.acceptance.kind === "conflict";
  return plan.kind === "refused" || (plan.kind === "repeat" && plan.isConflict);
}

const REFUSED_WITH_THE_OTHERS: Taken = {
  kind: "refused",
  userErrors: [
    refusal(
      "BATCH_REFUSED",
      "Another order of the call was refused, so this one was not taken.",
      null,
    ),
  ],
};

const REFUSED_AS_CONFLICT: Taken = {
  kind: "refused",
  userErrors: [
    refusal(
      "IDEMPOTENCY_CONFLICT",
      "This idempotency key is that of another order of the same call.",
      ["idempotencyKey"],
    ),
  ],
};

function refuseWithTheOthers(plan: Plan): Taken {
  if (plan.kind === "earlier") return plan.acceptance;
  if (plan.kind === "refused") return plan;
  return isRefusal(plan) ? REFUSED_AS_CONFLICT : REFUSED_WITH_THE_OTHERS;
}
