import { announceReceipt, type CommandHandler } from "@crossdock/commands";
import type { Receipt } from "@crossdock/domain";
import type { WmsSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

type AnnounceData = ReturnType<(typeof announceReceipt)["parse"]>;

/** Has a warehouse await what a supplier sends. */
export function handleAnnounceReceipt({ wms }: { readonly wms: WmsSystem }): CommandHandler {
  const { receipts } = wms;
  return defineSending<AnnounceData, AnnounceData, Receipt>(announceReceipt, {
    writer: receipts,
    draftOf: ({ data }) => Promise.resolve(data),
    find: (draft, signal) => receipts.findReceipt(draft, signal),
    create: (draft, _command, signal) => receipts.announceReceipt(draft, signal),
    done: (receipt) => ({ typename: "Receipt", id: receipt.id, receipts: [receipt] }),
  });
}
