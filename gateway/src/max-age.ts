import { InvalidValueError } from "@crossdock/domain";

/** Seconds. */
export const MAX_AGE_HEADER = "crossdock-max-age";

/** A day: nothing that is kept for longer is asked for as data of now. */
const MAX_SECONDS = 86_400;
const MS_PER_SECOND = 1_000;
const EXPECTED = `whole seconds from 0 to ${String(MAX_SECONDS)}`;
const WHOLE_NUMBER = /^\d{1,5}$/;

/**
 * How old an answer may be, by the header of an HTTP request.
 * @returns milliseconds; `null` when nothing is asked for
 * @throws {InvalidValueError} it is not whole seconds from 0 to 86400
 */
export function maxAgeOfHeader(header: string | string[] | undefined): number | null {
  if (header === undefined) return null;
  const seconds = typeof header === "string" && WHOLE_NUMBER.test(header) ? Number(header) : null;
  if (seconds === null || seconds > MAX_SECONDS) {
    throw new InvalidValueError("The header Crossdock-Max-Age", header, EXPECTED);
  }
  return seconds * MS_PER_SECOND;
}

/**
 * The same for an operation over a WebSocket, which has no headers of its own: `extensions.maxAge`.
 * @returns milliseconds; `null` when nothing is asked for
 * @throws {InvalidValueError} it is not whole seconds from 0 to 86400
 */
export function maxAgeOfExtensions(
  extensions: Readonly<Record<string, unknown>> | null | undefined,
): number | null {
  const seconds = extensions?.["maxAge"];
  if (seconds === undefined || seconds === null) return null;
  if (!isWhole(seconds) || seconds < 0 || seconds > MAX_SECONDS) {
    throw new InvalidValueError("extensions.maxAge", seconds, EXPECTED);
  }
  return seconds * MS_PER_SECOND;
}

/** As a subgraph in another process is asked. */
export function headerOfMaxAge(maxAgeMs: number | null): Readonly<Record<string, string>> {
  return maxAgeMs === null ? {} : { [MAX_AGE_HEADER]: String(maxAgeMs / MS_PER_SECOND) };
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}
