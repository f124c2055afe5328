import { amendOrder } from "@crossdock/commands";
import {
  amendRefusal,
  refusal,
  subtractMoney,
  withoutOrder,
  unbilledTotalOf,
  type OrderAmendment,
  type OrderId,
  type UserError,
} from "@crossdock/domain";
import { requireViewer, takeCommand, type CommandPlan } from "@crossdock/subgraph-kit";
import type { AmendOrderInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { SubmissionAnswer } from "../models.ts";
import { judge } from "../submission/check-submission.ts";
import { draftOf } from "../submission/draft.ts";
import { parseSubmission, type Submission } from "../submission/parse-submission.ts";
import { readFacts } from "../submission/read-facts.ts";
import { answerWithOrder, beginRequest, orderToChange, type OurOrder } from "./order-of-request.ts";

type AmendData = { readonly orderId: OrderId; readonly amendment: OrderAmendment };

/** Judges by what we know of the order; the warehouse and the ERP judge again when they are asked. */
export async function takeAmendment(
  input: AmendOrderInput,
  context: Context,
): Promise<SubmissionAnswer> {
  const orderId = input.orderId.trim();
  const wanted = asSubmission(input, "");
  const intent = {
    orderId,
    requestedDeliveryOn: wanted.requestedDeliveryOn,
    shipTo: wanted.shipTo,
    lines: input.setLines == null ? null : wanted.lines,
  };
  const answer = await takeCommand<AmendData>(
    {
      definition: amendOrder,
      input: { idempotencyKey: input.idempotencyKey, waitMs: input.waitMs ?? 0 },
      intent,
      plan: () => planAmendment(input, context),
      within: beginRequest<AmendData>(
        amendOrder,
        (data, commandId) => ({
          kind: "amendRequested",
          commandId,
          amendment: data.amendment,
        }),
        context,
      ),
    },
    context,
  );
  return answerWithOrder(answer, orderId, context);
}

async function planAmendment(
  input: AmendOrderInput,
  context: Context,
): Promise<CommandPlan<AmendData>> {
  const found = await orderToChange(input.orderId, amendRefusal, BORN_IN_ERP, context);
  if (found.order === null) return { kind: "refused", userErrors: found.userErrors };
  const { id, customerNumber, state } = found.order;
  // Where an order may come from several warehouses, they are chosen anew.
  const { onlyFrom = null } = state.sourcing;
  const isPinned = context.deps.sourcingPolicy.maxWarehousesPerOrder === 1;
  const submission = asSubmission(
    input,
    customerNumber,
    isPinned ? state.draft.warehouse : onlyFrom,
    state.sourcing.shipComplete,
  );
  const judged = await judgeAmendment(input, submission, found.order, context);
  if ("userErrors" in judged) return { kind: "refused", userErrors: judged.userErrors };
  return { kind: "planned", data: { orderId: id, amendment: judged.amendment }, customerNumber };
}

async function judgeAmendment(
  { setLines }: AmendOrderInput,
  submission: Submission,
  { state }: OurOrder,
  context: Context,
): Promise<{ readonly userErrors: readonly UserError[] } | { readonly amendment: OrderAmendment }> {
  const { requestedDeliveryOn, shipTo } = submission;
  const rest = {
    ...(requestedDeliveryOn === null ? {} : { requestedDeliveryOn }),
    ...(shipTo === null ? {} : { shipTo }),
  };
  if (setLines == null) {
    if (submission.userErrors.length > 0) return { userErrors: submission.userErrors };
    if (Object.keys(rest).length === 0) return { userErrors: [NOTHING_TO_CHANGE] };
    return { amendment: rest };
  }
  const viewer = requireViewer(context);
  const facts = await readFacts(submission, viewer, context);
  const { openOrdersTotal } = facts;
  // What the order itself was worth is free again for what it shall be.
  const others =
    openOrdersTotal === null ? null : subtractMoney(openOrdersTotal, unbilledTotalOf(state));
  // So is what was set aside for it.
  const stock = withoutOrder(facts.stock, state);
  const checked = judge(submission, { ...facts, stock, openOrdersTotal: others }, viewer, context);
  // What somebody would have to decide on is placed anew: an amendment does not wait.
  const undecided = checked.holds.map(({ reason }) => refusal("NOT_AMENDABLE", reason, null));
  if (checked.userErrors.length + undecided.length > 0) {
    return { userErrors: [...checked.userErrors, ...undecided].map(inTermsOfAmendment) };
  }
  const { acceptancePolicy, clock } = context.deps;
  const { lines, sourcing } = draftOf(checked, viewer, clock.now(), acceptancePolicy);
  return { amendment: { ...rest, lines, ...(sourcing === undefined ? {} : { sourcing }) } };
}

/** The order as if it were placed as it shall be: from its own account and warehouse. */
function asSubmission(
  { idempotencyKey, requestedDeliveryDate, shipTo, setLines, waitMs }: AmendOrderInput,
  customerId: string,
  warehouse: string | null = null,
  shipComplete = false,
): Submission {
  return parseSubmission({
    idempotencyKey,
    customerId,
    requestedDeliveryDate: requestedDeliveryDate ?? null,
    shipTo: shipTo ?? null,
    lines: setLines ?? [],
    waitMs: waitMs ?? 0,
    warehouse,
    allowBackorder: true,
    shipComplete,
  });
}

function inTermsOfAmendment(error: UserError): UserError {
  const [first, ...rest] = error.field ?? [];
  if (first === "lines") return { ...error, field: ["setLines", ...rest] };
  return first === "customerId" || first === "warehouse" ? { ...error, field: ["orderId"] } : error;
}

const NOTHING_TO_CHANGE = refusal("INVALID_VALUE", "Nothing is to be changed.", null);

const BORN_IN_ERP = {
  code: "NOT_AMENDABLE",
  message: "The order was entered in the ERP and is changed there.",
} as const;
