import { createHash } from "node:crypto";
import { InvalidValueError } from "@crossdock/domain";
import type { Brand } from "@crossdock/domain";

/** Chosen by the client for one intent: repeated with the same input, nothing happens twice. */
export type IdempotencyKey = Brand<string, "IdempotencyKey">;

const MAX_KEY_CHARACTERS = 255;

/**
 * The key is kept as it was given: it is the client's, and two that differ by a blank are two.
 * @throws {InvalidValueError} when it is not 1 to 255 characters, or has control characters
 */
export function parseIdempotencyKey(raw: string, field = "idempotencyKey"): IdempotencyKey {
  const characters = [...raw].length;
  if (characters < 1 || characters > MAX_KEY_CHARACTERS || /\p{Cc}/u.test(raw)) {
    throw new InvalidValueError(field, raw, `1 to ${String(MAX_KEY_CHARACTERS)} characters`);
  }
  return raw as IdempotencyKey;
}

/** @returns SHA-256 of the canonical JSON of what a client asked for, in hex */
export function fingerprintOf(input: { readonly type: string; readonly data: unknown }): string {
  return createHash("sha256").update(canonicalJson(input)).digest("hex");
}

/**
 * JSON with sorted keys and without blanks. A property that is `undefined` is the same as none;
 * `null` is not. Numbers as JSON writes them.
 * @param value made of what JSON has
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(withSortedKeys(value));
}

/** Before `JSON.stringify` and not as its second argument, which takes twice as long; each acceptance needs two. */
function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== "object" || value === null) return value;
  const members = value as Readonly<Record<string, unknown>>;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(members).sort()) sorted[key] = withSortedKeys(members[key]);
  return sorted;
}
