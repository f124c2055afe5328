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

/**
 * Whether any of it has come by now is the warehouse's word; the book's is enough to refuse what is over. Not through the
 * request's loader, which would show the receipt as it was before the command.
 */
async function planCancellation(
  receiptId: ReceiptId | null,
  { deps }: Context,
): Promise<CommandPlan<CancelData>> {
  const [record = null] =
    receiptId === null ? [] : await deps.receiptBook.readReceipts([receiptId]);
  if (receiptId === null || record === null) {
    const userErrors = [refusal("UNKNOWN_RECEIPT", "There is no such receipt.", ["receiptId"])];
    return { kind: "refused", userErrors };
  }
  const { status } = record.receipt;
  if (status !== "CANCELLED" && !isCancellableReceipt(record.receipt)) {
    const message = `Receipt ${receiptId} is ${status} and can no longer be cancelled.`;
    return { kind: "refused", userErrors: [refusal("NOT_CANCELLABLE", message, ["receiptId"])] };
  }
  return { kind: "planned", customerNumber: null, data: { receiptId } };
}
