import type { RefusalCode, Refused } from "@crossdock/source-contract";
import type { SourceAnswer } from "@crossdock/source-http";
import { z } from "zod";

/**
 * What an answer of the vendor means that is not the one we asked for: the only place that decides it.
 * - 404 of a document: there is none. Of the company, or anything else that is not found: our configuration is wrong.
 * - 400 and 409 with an error's code: the engine does not take what was sent.
 * - It does not let us in: the same call works once our credentials do.
 * - Anything else below 500: our call is wrong. From 500 on, and 429, `@crossdock/source-http` decides.
 */
const problem = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

const NOT_FOUND = "EntityNotFoundError";
const REFUSING_STATUSES: ReadonlySet<number> = new Set([400, 409]);

/** In the order in which they are tried. What a client reads is ours; the vendor's own words are for operators. */
const SENTENCES: readonly (readonly [RegExp, RefusalCode, string])[] = [
  [
    /locked/i,
    "PERIOD_CLOSED",
    "The tax document is in a return that is filed: it cannot change any more.",
  ],
  [
    /address|postalcode|region|country|taxing jurisdiction/i,
    "INVALID_ADDRESS",
    "The tax engine does not find the address that the goods are delivered to.",
  ],
  [/taxcode/i, "UNKNOWN_TAX_CODE", "The tax engine does not have one of the tax codes."],
  [/customercode/i, "UNKNOWN_CUSTOMER", "The tax engine does not take the customer's number."],
];
const UNKNOWN_SENTENCE = "The tax engine does not take the document.";

/** @returns what the engine said; `null` when the answer is no refusal of it */
export function refusalOf(answer: SourceAnswer): Refused | null {
  if (!REFUSING_STATUSES.has(answer.status)) return null;
  const error = errorOf(answer);
  if (error === null) return null;
  const [, code = "REFUSED" as const, message = UNKNOWN_SENTENCE] =
    SENTENCES.find(([pattern]) => pattern.test(error.code)) ?? [];
  return { kind: "refused", code, message, lastAnswer: { status: answer.status, ...error } };
}

/** Whether the vendor says that there is no such document. */
export function isNoDocument(answer: SourceAnswer): boolean {
  if (answer.status !== 404) return false;
  const error = errorOf(answer);
  return error?.code === NOT_FOUND && !/company/i.test(error.message);
}

function errorOf(answer: SourceAnswer): { readonly code: string; readonly message: string } | null {
  const parsed = problem.safeParse(answer.json());
  return parsed.success ? parsed.data.error : null;
}
