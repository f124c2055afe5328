import { SourceUnavailableError, type RefusalCode, type Refused } from "@crossdock/source-contract";
import {
  detailOf,
  unexpected as unexpectedAnswer,
  type SourceAnswer,
} from "@crossdock/source-http";
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

/**
 * By the sentence, because the ERP has no finer codes; in the order in which they are tried. What a client reads
 * is ours; the ERP's own words are for operators. `$1` is what the pattern found, where it names a record.
 */
const SENTENCES: readonly (readonly [RegExp, RefusalCode, string])[] = [
  [
    /\bcustomer\b.*\bblocked\b|\bblocked\b.*\bin customer\b/i,
    "CUSTOMER_ON_HOLD",
    "The customer is on hold in the ERP.",
  ],
  [/credit limit/i, "CREDIT_EXCEEDED", "The customer's credit limit in the ERP does not allow it."],
  [missing("Customer"), "UNKNOWN_CUSTOMER", "The ERP has no customer $1."],
  [missing("Item"), "UNKNOWN_SKU", "The ERP has no item $1."],
  [
    missing("(?:Item )?Unit of Measure"),
    "INVALID_UOM",
    "The ERP does not have the unit $1 for the item.",
  ],
  [missing("Location"), "UNKNOWN_WAREHOUSE", "The ERP has no such warehouse."],
  [missing("(?:Tax|VAT)[^)]*"), "UNKNOWN_TAX_CODE", "The ERP has no tax code $1."],
  [missing("G/L Account"), "UNKNOWN_ACCOUNT", "The ERP has no ledger account $1."],
  [
    /posting (?:setup|group)/i,
    "UNKNOWN_ACCOUNT",
    "The ERP does not know which ledger account to post to.",
  ],
  [/\bitem (\S+).*\bblocked\b/i, "ITEM_BLOCKED", "Item $1 is blocked in the ERP."],
  [/\bblocked\b.*\bin item\b/i, "ITEM_BLOCKED", "An item is blocked in the ERP."],
  [/allowed posting dates/i, "PERIOD_CLOSED", "The ERP's accounting period is closed."],
  [/^Quantity\b/i, "INVALID_QUANTITY", "The ERP does not take one of the quantities."],
];

const UNKNOWN_SENTENCE = "The ERP's rules do not allow it.";

/** `The field No. of table Sales Line contains a value (NG-1) that cannot be found in the related table (Item).` */
function missing(table: string): RegExp {
  return new RegExp(`(?:value \\(([^)]*)\\).*)?related table \\(${table}\\)`, "i");
}

/** @returns what the ERP's rules said; `null` when the answer is no refusal of theirs */
export function refusalOf(answer: SourceAnswer): Refused | null {
  if (answer.status !== 400) return null;
  const { error } = errorBody.safeParse(answer.json()).data ?? {};
  if (error === undefined || !BUSINESS_CODES.has(error.code)) return null;
  const lastAnswer = { status: answer.status, code: error.code, message: error.message };
  for (const [pattern, code, sentence] of SENTENCES) {
    const found = pattern.exec(error.message);
    if (found === null) continue;
    const named = found[1] === undefined ? "" : ` ${found[1]}`;
    return { kind: "refused", code, message: sentence.replace(" $1", () => named), lastAnswer };
  }
  return { kind: "refused", code: "REFUSED", message: UNKNOWN_SENTENCE, lastAnswer };
}

/** @returns the error for an answer that our calls should not get */
export function unexpected(
  name: string,
  operation: string,
  answer: Pick<SourceAnswer, "status" | "text">,
): Error {
  const { status } = answer;
  // Somebody changed the record or holds it: the same call may well work later.
  return status === 408 || status === 409 || status === 412
    ? new SourceUnavailableError(name, operation, detailOf(answer), null, status)
    : unexpectedAnswer(name, operation, answer);
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
