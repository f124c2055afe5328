import { decimalOfNumber, type Decimal } from "@crossdock/domain";
import { LosslessNumber, parse, stringify } from "lossless-json";
import { z } from "zod";

/**
 * Reads JSON without ever making a float: every number comes out as the text it was written as.
 * Use {@link decimalField} and {@link integerField} to give it a type.
 * @throws {SyntaxError} not JSON
 */
export function parseExactJson(text: string): unknown {
  return parse(text, null, { parseNumber: (digits) => digits });
}

/** Writes JSON in which {@link exactNumber} values keep every digit. */
export function stringifyExactJson(value: unknown): string {
  return stringify(value) ?? "null";
}

/** A decimal that goes over the wire as a JSON number, digit for digit. */
export function exactNumber(value: Decimal): unknown {
  return new LosslessNumber(value);
}

/** A JSON number (as text, see {@link parseExactJson}) as a decimal. */
export const decimalField = z.string().transform((digits, context): Decimal => {
  const value = decimalOfNumber(digits);
  if (value !== null) return value;
  context.addIssue({ code: "custom", message: "expected a number" });
  return z.NEVER;
});

/** A JSON number (as text) as a safe integer: ids and counters, never amounts. */
export const integerField = z.string().transform((digits, context): number => {
  const value = Number(digits);
  if (Number.isSafeInteger(value)) return value;
  context.addIssue({ code: "custom", message: "expected an integer" });
  return z.NEVER;
});
