import type { UserError } from "@crossdock/domain";
import { invalidValue, isShortText } from "@crossdock/subgraph-kit";

const MAX_REASON_CHARACTERS = 500;

/** Why a customer or a clerk does something: what was written in several lines, in one. */
export function readReason(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

/** @param reason as {@link readReason} has it */
export function checkReason(reason: string): UserError[] {
  const isFit = reason !== "" && isShortText(reason, MAX_REASON_CHARACTERS);
  return isFit ? [] : [invalidValue("reason", `1 to ${String(MAX_REASON_CHARACTERS)} characters`)];
}
