import {
  SourceAccessError,
  SourceProtocolError,
  SourceUnavailableError,
  type RefusalCode,
  type Refused,
} from "@crossdock/source-contract";
import type { SourceAnswer } from "@crossdock/source-http";
import { z } from "zod";

/**
 * What an answer of the ERP means that is not the one we asked for: the only place that decides it.
 * - Its own rules speak (400 with one of `BUSINESS_CODES`): a refusal, by its sentence.
 * - It does not let us in, or somebody else holds the record: the same call works later.
 * - Anything else below 500: our call is wrong. From 500 on, and 429, `@crossdock/source-http` decides.
 */
const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Codes with which the ERP's own rules speak; every other code says that our call is wrong. */
const BUSINESS_CODES: ReadonlySet<string> = new Set([
  "Application_DialogException",
  "Application_FieldValidationException",
  "Internal_InvalidTableRelation",
]);

/** By the sentence, because the ERP has no finer codes. In the order in which they are tried. */
const SENTENCES: readonly (readonly [RegExp, RefusalCode])[] = [
  [/\bcustomer\b.*\bblocked\b|\bblocked\b.*\bin customer\b/i, "CUSTOMER_ON_HOLD"],
  [/credit limit/i, "CREDIT_EXCEEDED"],
  [/related table \(Customer\)/i, "UNKNOWN_CUSTOMER"],
  [/related table \(Item\)/i, "UNKNOWN_SKU"],
  [/related table \((Item )?Unit of Measure\)/i, "INVALID_UOM"],
  [/related table \(Location\)/i, "UNKNOWN_WAREHOUSE"],
  [/related table \((Tax|VAT)\b/i, "UNKNOWN_TAX_CODE"],
  [/related table \(G\/L Account\)|posting (setup|group)/i, "UNKNOWN_ACCOUNT"],
  [/\bitem\b.*\bblocked\b|\bblocked\b.*\bin item\b/i, "ITEM_BLOCKED"],
  [/allowed posting dates/i, "PERIOD_CLOSED"],
  [/^Quantity\b/i, "INVALID_QUANTITY"],
];

/** @returns what the ERP's rules said; `null` when the answer is no refusal of theirs */
export function refusalOf(answer: SourceAnswer): Refused | null {
  if (answer.status !== 400) return null;
  const { error } = errorBody.safeParse(answer.json()).data ?? {};
  if (error === undefined || !BUSINESS_CODES.has(error.code)) return null;
  const message = error.message.replace(/\s*CorrelationId:\s*\S+$/, "").trim();
  const [, code = "REFUSED" as const] = SENTENCES.find(([pattern]) => pattern.test(message)) ?? [];
  const lastAnswer = { status: answer.status, code: error.code, message: error.message };
  return { kind: "refused", code, message, lastAnswer };
}

const MAX_DETAIL_CHARACTERS = 500;

/** @returns the error for an answer that our calls should not get */
export function unexpected(
  name: string,
  operation: string,
  { status, text }: Pick<SourceAnswer, "status" | "text">,
): Error {
  const detail = `${String(status)} ${text.slice(0, MAX_DETAIL_CHARACTERS)}`;
  if (status === 401 || status === 403) {
    return new SourceAccessError(name, operation, detail, status);
  }
  // Somebody changed the record or holds it: the same call may well work later.
  if (status === 408 || status === 409 || status === 412) {
    return new SourceUnavailableError(name, operation, detail, null, status);
  }
  return new SourceProtocolError(name, operation, detail, status);
}

/** A part of a batch may meet the trouble that the batch itself was spared. */
export function refusedPart(
  name: string,
  operation: string,
  part: { readonly status: number; readonly body?: unknown } | undefined,
): Error {
  const status = part?.status ?? 0;
  const text = JSON.stringify(part?.body ?? "no answer to this part");
  return status === 429 || status >= 500
    ? new SourceUnavailableError(name, operation, `${String(status)} ${text}`, null, status)
    : unexpected(name, operation, { status, text });
}
