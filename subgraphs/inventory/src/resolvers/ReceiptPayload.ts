import { parseReceiptId } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type {
  AnnounceReceiptPayloadResolvers,
  CancelReceiptPayloadResolvers,
} from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { ReceiptAnswer } from "../models.ts";

/** The receipt as it is now; `null` until the warehouse has numbered it. */
function receipt({ receiptId }: ReceiptAnswer, _args: unknown, { loaders }: Context) {
  const parsed = receiptId === null ? null : idOrNull(parseReceiptId, receiptId);
  return parsed === null ? null : loaders.receipt.load(parsed);
}

export const AnnounceReceiptPayload: AnnounceReceiptPayloadResolvers = { receipt };
export const CancelReceiptPayload: CancelReceiptPayloadResolvers = { receipt };
