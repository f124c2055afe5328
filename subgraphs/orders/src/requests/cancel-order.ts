import { cancelOrder } from "@crossdock/commands";
import { cancelRefusal } from "@crossdock/domain";
import { invalidValue, isShortText, takeCommand, type CommandPlan } from "@crossdock/subgraph-kit";
import type { CancelOrderInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { SubmissionAnswer } from "../models.ts";
import { answerWithOrder, beginRequest, orderToChange } from "./order-of-request.ts";

const MAX_REASON_CHARACTERS = 200;

type CancelData = ReturnType<(typeof cancelOrder)["parse"]>;

/** Judges by what we know of the order; the warehouse and the ERP judge again when they are asked. */
export async function takeCancellation(
  { idempotencyKey, waitMs, orderId, reason }: CancelOrderInput,
  context: Context,
): Promise<SubmissionAnswer> {
  const intent = { orderId: orderId.trim(), reason: reason?.trim() || null };
  const answer = await takeCommand(
    {
      definition: cancelOrder,
      input: { idempotencyKey, waitMs: waitMs ?? 0 },
      intent,
      plan: () => planCancellation(intent, context),
      within: beginRequest(
        cancelOrder,
        (data, commandId) => ({ kind: "cancelRequested", commandId, reason: data.reason }),
        context,
      ),
    },
    context,
  );
  return answerWithOrder(answer, intent.orderId, context);
}

async function planCancellation(
  { orderId, reason }: { readonly orderId: string; readonly reason: string | null },
  context: Context,
): Promise<CommandPlan<CancelData>> {
  const found = await orderToChange(orderId, cancelRefusal, BORN_IN_ERP, context);
  if (found.order === null) return { kind: "refused", userErrors: found.userErrors };
  if (reason !== null && !isShortText(reason, MAX_REASON_CHARACTERS)) {
    const limit = `at most ${String(MAX_REASON_CHARACTERS)} characters`;
    return { kind: "refused", userErrors: [invalidValue("reason", limit)] };
  }
  const { id, customerNumber } = found.order;
  return { kind: "planned", data: { orderId: id, reason }, customerNumber };
}

const BORN_IN_ERP = {
  code: "NOT_CANCELLABLE",
  message: "The order was entered in the ERP and is cancelled there.",
} as const;
