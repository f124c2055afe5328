import { DomainError, InvalidValueError } from "@crossdock/domain";
import type { Brand } from "@crossdock/domain";

/** A place in the event log: the decimal text of a bigint. Compare with `isAfter`, never as text. */
export type Position = Brand<string, "Position">;

/** Before the first event. */
export const LOG_START = "0" as Position;

const MAX_DIGITS = 19;

/** @throws {InvalidValueError} when `raw` is not the decimal text of a position */
export function parsePosition(raw: string, field = "position"): Position {
  if (!/^(0|[1-9]\d*)$/.test(raw) || raw.length > MAX_DIGITS) {
    throw new InvalidValueError(field, raw, "a position in the event log");
  }
  return raw as Position;
}

export function isAfter(left: Position, right: Position): boolean {
  return BigInt(left) > BigInt(right);
}

export function laterOf(left: Position, right: Position): Position {
  return isAfter(left, right) ? left : right;
}

/** The client sent something that was never a cursor of ours. */
export class InvalidCursorError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";

  constructor() {
    super("`after` is not a cursor of this API. Pass a cursor as it was received.");
  }
}

/** Versioned, so that what a cursor holds may change while old ones still read. */
const CURSOR_PREFIX = "e1:";

/** A position made opaque, for clients. */
export function encodeCursor(position: Position): string {
  return Buffer.from(`${CURSOR_PREFIX}${position}`).toString("base64url");
}

/** @throws {InvalidCursorError} */
export function decodeCursor(cursor: string): Position {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (
    !text.startsWith(CURSOR_PREFIX) ||
    encodeCursor(text.slice(CURSOR_PREFIX.length) as Position) !== cursor
  ) {
    throw new InvalidCursorError();
  }
  try {
    return parsePosition(text.slice(CURSOR_PREFIX.length), "after");
  } catch {
    throw new InvalidCursorError();
  }
}
