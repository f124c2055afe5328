import { cancelReceipt, type CommandHandler } from "@crossdock/commands";
import type { Receipt } from "@crossdock/domain";
import type { WmsSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

type CancelData = ReturnType<(typeof cancelReceipt)["parse"]>;

/** Has a warehouse await no longer what a supplier was going to send. */
export function handleCancelReceipt({ wms }: { readonly wms: WmsSystem }): CommandHandler {
  const { receipts } = wms;
  return defineSending<CancelData, CancelData, Receipt>(cancelReceipt, {
    writer: receipts,
    draftOf: ({ data }) => Promise.resolve(data),
    find: ({ receiptId }, signal) => receipts.findCancelledReceipt(receiptId, signal),
    create: ({ receiptId }, _command, signal) => receipts.cancelReceipt(receiptId, signal),
    done: (receipt) => ({ typename: "Receipt", id: receipt.id, receipts: [receipt] }),
  });
}
