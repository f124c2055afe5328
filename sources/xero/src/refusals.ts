import type { RefusalCode, Refused } from "@crossdock/source-contract";
import type { SourceAnswer } from "@crossdock/source-http";
import { z } from "zod";

/**
 * What an answer of the vendor means that is not the one we asked for: the only place that decides it.
 * - 400 with validation errors: the books refuse what was sent, by the sentence of the first that is known.
 * - It does not let us in: the same call works once our credentials do.
 * - Anything else below 500: our call is wrong. From 500 on, and 429, `@crossdock/source-http` decides.
 */
const validationProblem = z.object({
  Elements: z.array(
    z.object({ ValidationErrors: z.array(z.object({ Message: z.string() })).nullish() }),
  ),
});

/**
 * In the order in which they are tried. What a client reads is ours; the vendor's own words are for
 * operators.
 */
const SENTENCES: readonly (readonly [RegExp, RefusalCode, string])[] = [
  [/lock date|period/i, "PERIOD_CLOSED", "The accounting period is closed in finance."],
  // First: what is closed has no balance either, and the vendor says both.
  [/valid status/i, "INVOICE_NOT_OPEN", "The document is not open in finance."],
  [/exceeds the amount/i, "EXCEEDS_BALANCE", "It is more than what is due."],
  [/invoice could not be found/i, "UNKNOWN_INVOICE", "Finance has no such invoice."],
  [/contact/i, "UNKNOWN_CUSTOMER", "Finance cannot book for the customer."],
  [/item code/i, "UNKNOWN_SKU", "Finance does not have one of the items."],
  [
    /tax ?type/i,
    "UNKNOWN_TAX_CODE",
    "Finance does not have the tax code that it is to be booked with.",
  ],
  [
    /account (?:code|type)/i,
    "UNKNOWN_ACCOUNT",
    "Finance does not have the account that it is to be booked to.",
  ],
  [/quantity/i, "INVALID_QUANTITY", "Finance does not take one of the quantities."],
];

const UNKNOWN_SENTENCE = "Finance's rules do not allow it.";

/** What is wrong with what was sent, in the vendor's words; empty when it does not say. */
export function messagesOf(answer: SourceAnswer): string[] {
  if (answer.status !== 400) return [];
  const problem = validationProblem.safeParse(answer.json());
  if (!problem.success) return [];
  return problem.data.Elements.flatMap(({ ValidationErrors }) =>
    (ValidationErrors ?? []).map(({ Message }) => Message),
  );
}

/** @returns what the books said; `null` when the answer is no refusal of theirs */
export function refusalOf(answer: SourceAnswer): Refused | null {
  const messages = messagesOf(answer);
  if (messages.length === 0) return null;
  const said = messages.join(" ");
  const [, code = "REFUSED" as const, message = UNKNOWN_SENTENCE] =
    SENTENCES.find(([pattern]) => pattern.test(said)) ?? [];
  const lastAnswer = { status: answer.status, code: "ValidationException", message: said };
  return { kind: "refused", code, message, lastAnswer };
}
