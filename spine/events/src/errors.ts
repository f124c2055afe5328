import { DomainError } from "@crossdock/domain";
import type { Position } from "./position.ts";
import { encodeCursor } from "./position.ts";

/** The log does not hold what follows the cursor: it was discarded, or the cursor is of another log. */
export class CursorExpiredError extends DomainError {
  readonly code = "CURSOR_EXPIRED";
  readonly retry = "never";
  /** `oldestCursor`: what is still kept begins after it. */
  override readonly extensions: DomainError["extensions"];

  constructor(
    readonly after: Position,
    /** The first position that can be resumed from. */
    readonly earliest: Position,
  ) {
    super(
      "The log no longer reaches back to this cursor. Read the present state with `fromSnapshot: true`, or subscribe without a cursor.",
    );
    this.extensions = { oldestCursor: encodeCursor(earliest) };
  }
}

/** A reader let more events wait than it asked for. It resumes from `lastDelivered` and misses nothing. */
export class SlowConsumerError extends DomainError {
  readonly code = "SLOW_CONSUMER";
  readonly retry = "later";
  /** For the client: the `after` to come back with. */
  readonly cursor: string;

  constructor(
    readonly lastDelivered: Position,
    maxPending: number,
  ) {
    super(`More than ${String(maxPending)} events waited to be read: resume from the cursor.`);
    this.cursor = encodeCursor(lastDelivered);
  }
}

/** An event of a type and version that this log was not given a definition for: a programming error. */
export class UnknownEventTypeError extends Error {
  override readonly name = "UnknownEventTypeError";

  constructor(type: string, version: number) {
    super(`No definition of ${type} version ${String(version)} was given to the event log.`);
  }
}

/** Data that does not fit its event's schema: a programming error; nothing was appended. */
export class InvalidEventDataError extends Error {
  override readonly name = "InvalidEventDataError";

  constructor(type: string, problem: string) {
    super(`The data of ${type} does not fit its schema: ${problem}`);
  }
}
