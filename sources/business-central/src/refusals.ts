import type { RefusalCode, WriteOutcome } from "@crossdock/source-contract";
import type { SourceAnswer } from "@crossdock/source-http";
import { z } from "zod";

const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Codes with which the ERP's own rules speak; every other code says that our call is wrong. */
const BUSINESS_CODES: ReadonlySet<string> = new Set([
  "Application_DialogException",
  "Application_FieldValidationException",
  "Internal_InvalidTableRelation",
]);

/** By the sentence, because the ERP has no finer codes. In the order in which they are tried. */
const SENTENCES: readonly (readonly [RegExp, RefusalCode])[] = [
  [/\bcustomer\b.*\bblocked\b/i, "CUSTOMER_ON_HOLD"],
  [/credit limit/i, "CREDIT_EXCEEDED"],
  [/related table \(Customer\)/i, "UNKNOWN_CUSTOMER"],
  [/related table \(Item\)/i, "UNKNOWN_SKU"],
  [/related table \((Item )?Unit of Measure\)/i, "INVALID_UOM"],
  [/allowed posting dates/i, "PERIOD_CLOSED"],
  [/^Quantity\b/i, "INVALID_QUANTITY"],
];

/** @returns what the business said; `null` when the answer is no business refusal */
export function refusalOf(
  answer: SourceAnswer,
): Extract<WriteOutcome<never>, { kind: "refused" }> | null {
  if (answer.status !== 400) return null;
  const { error } = errorBody.safeParse(answer.json()).data ?? {};
  if (error === undefined || !BUSINESS_CODES.has(error.code)) return null;
  const message = error.message.replace(/\s*CorrelationId:\s*\S+$/, "").trim();
  const [, code = "REFUSED" as const] = SENTENCES.find(([pattern]) => pattern.test(message)) ?? [];
  return { kind: "refused", code, message };
}
