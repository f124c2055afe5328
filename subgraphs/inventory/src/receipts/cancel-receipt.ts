import { cancelReceipt } from "@crossdock/commands";
import { isCancellableReceipt, parseReceiptId, refusal, type ReceiptId } from "@crossdock/domain";
import { commandView, idOrNull, takeCommand, type CommandPlan } from "@crossdock/subgraph-kit";
import type { CancelReceiptInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { ReceiptAnswer } from "../models.ts";

type CancelData = ReturnType<(typeof cancelReceipt)["parse"]>;

/** Has a warehouse await no longer what was announced, once per (client, key). */
export async function cancel(input: CancelReceiptInput, context: Context): Promise<ReceiptAnswer> {
  const asked = { receiptId: input.receiptId.trim() };
  const { command, replayed, userErrors } = await takeCommand(
    {
      definition: cancelReceipt,
      input,
      intent: asked,
      plan: () => planCancellation(idOrNull(parseReceiptId, asked.receiptId), context),
    },
    context,
  );
  return {
    command: command === null ? null : commandView(command),
    receiptId: command === null ? null : cancelReceipt.parse(command.data).receiptId,
    replayed,
    userErrors,
  };
}

/** Whether any of it has come by now is the warehouse's word; the book's is enough to refuse what is over. */
async function planCancellation(
  receiptId: ReceiptId | null,
  { loaders }: Context,
): Promise<CommandPlan<CancelData>> {
  const record = receiptId === null ? null : await loaders.receipt.load(receiptId);
  if (receiptId === null || record === null) {
    const userErrors = [refusal("UNKNOWN_RECEIPT", "There is no such receipt.", ["receiptId"])];
    return { kind: "refused", userErrors };
  }
  const { status } = record;
  if (status !== "CANCELLED" && !isCancellableReceipt(record)) {
    const message = `Receipt ${receiptId} is ${status} and can no longer be cancelled.`;
    return { kind: "refused", userErrors: [refusal("NOT_CANCELLABLE", message, ["receiptId"])] };
  }
  return { kind: "planned", customerNumber: null, data: { receiptId } };
}
