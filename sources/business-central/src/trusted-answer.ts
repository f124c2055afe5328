import { SourceUnavailableError, UnknownOutcomeError } from "@crossdock/source-contract";
import { ExponentialBackoff, handleType, retry } from "cockatiel";
import { z } from "zod";
import type { Company } from "./company.ts";
import { optionName } from "./wire-values.ts";

/**
 * An answer with status 200 that is not an answer to our question: a failure inside, another company's
 * records, or those of keys that nobody asked for. Nothing of it is used.
 */
export class UntrustedAnswerError extends SourceUnavailableError {}

/** A pool gives the next call another session. */
const RETRIES = 3;
const askAgain = retry(handleType(UntrustedAnswerError), {
  maxAttempts: RETRIES,
  backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 500 }),
});

/**
 * @param read asks the source and throws what `requireTrusted` found
 * @throws {UntrustedAnswerError} no answer was one to the question
 */
export function untilTrusted<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return askAgain.execute(read, signal);
}

/** What a list that was asked for may hold. */
export type Expected = {
  readonly company: Company;
  /** By property: the values of which every row has one. */
  readonly only: Readonly<Record<string, readonly string[]>>;
};

const failure = z.object({ error: z.looseObject({}) });
const context = z.looseObject({ "@odata.context": z.string() });
const rowsOf = z.looseObject({ value: z.array(z.record(z.string(), z.unknown())) });

/**
 * Holds what came back against what was asked.
 * @param body of a list, alone or as a part of a batch
 * @throws {UntrustedAnswerError} saying what does not fit
 */
export function requireTrusted(
  name: string,
  operation: string,
  body: unknown,
  expected: Expected | null,
): void {
  const doubt = failureIn(body) ?? (expected === null ? null : doubtOf(body, expected));
  if (doubt !== null) throw new UntrustedAnswerError(name, operation, doubt);
}

/**
 * A write that "succeeded" with a failure inside may have been done.
 * @param answer alone, or as a part of a batch
 * @throws {UnknownOutcomeError}
 */
export function requireNoFailureInside(
  name: string,
  operation: string,
  { status, body }: { readonly status: number; readonly body?: unknown },
): void {
  const inside = status < 300 ? failureIn(body) : null;
  if (inside !== null) throw new UnknownOutcomeError(name, operation, inside, null, status);
}

function failureIn(body: unknown): string | null {
  const found = failure.safeParse(body);
  return found.success ? `a failure called success: ${JSON.stringify(found.data.error)}` : null;
}

function doubtOf(body: unknown, { company, only }: Expected): string | null {
  const said = context.safeParse(body).data?.["@odata.context"] ?? "";
  const named = companyIn(said);
  if (named !== null && !isCompany(named, company)) {
    return `records of company ${named}, asked for ${company.name}`;
  }
  const rows = rowsOf.safeParse(body).data?.value ?? [];
  for (const [property, values] of Object.entries(only)) {
    const wanted = new Set(values.map(keyOf));
    const stranger = rows.find((row) => property in row && !wanted.has(keyOf(row[property])));
    if (stranger !== undefined) {
      return `a record with ${property} ${String(stranger[property])}, which was not asked for`;
    }
  }
  return null;
}

/** `…$metadata#companies(1d3f…)/items` and `…$metadata#Company('CRONUS')/ItemCard` name one; others none. */
function companyIn(said: string): string | null {
  const [, id, quoted] = /#(?:companies\(([^)]+)\)|Company\('((?:[^']|'')*)'\))/.exec(said) ?? [];
  return id ?? (quoted === undefined ? null : unescaped(quoted.replaceAll("''", "'")));
}

function isCompany(named: string, { id, name }: Company): boolean {
  const said = named.toLowerCase();
  return said === id.toLowerCase() || said === name.toLowerCase();
}

/** Percent-encoded or not: a name may hold a per cent sign of its own. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The source compares codes without regard to case, and may write an option with or without its escapes. */
function keyOf(value: unknown): string {
  return optionName.parse(String(value)).toUpperCase();
}
