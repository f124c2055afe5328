import { maySee, type CustomerNumber, type Subject, type Viewer } from "@crossdock/domain";
import {
  decodeCursor,
  encodeCursor,
  SlowConsumerError,
  type EventLog,
  type RecordedEvent,
} from "@crossdock/events";
import type { Logger } from "@crossdock/runtime";
import { GraphQLError } from "graphql";
import { toPublicError } from "./public-error.ts";

/** How many events may wait for one subscriber before it is told to come back with its cursor. */
export const MAX_PENDING_EVENTS = 1_000;

export type FollowOptions<Payload> = {
  readonly topics: {
    readonly types: readonly string[];
    /** Not given: every subject. */
    readonly subjects?: readonly Subject[];
  };
  /** Events of no account are told to every viewer, as stock is; not given: only to those who may see all. */
  readonly isPublic?: boolean;
  /** `null` or not given starts with what happens from now on. */
  readonly after: string | null | undefined;
  readonly viewer: Viewer;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly correlationId: string;
  /**
   * Called before each event is mapped. All events of a subscription share one context: without new
   * loaders every event would show what was loaded for the first.
   */
  readonly renewLoaders: () => void;
  /** What a subscriber gets of an event, `cursor` included; `null` leaves the event out. */
  readonly map: (event: RecordedEvent, cursor: string) => Promise<Payload | null> | Payload | null;
};

/**
 * The events of the topics that the viewer may see, after a cursor and then as they come: each once,
 * in log order. Ends with a public error (CURSOR_EXPIRED; SLOW_CONSUMER, whose `extensions.cursor` is
 * where to resume); `return()` wakes a reader
 * that waits.
 * @throws {InvalidCursorError} at once, when `after` is no cursor
 */
export function followEvents<Payload>(
  eventLog: Pick<EventLog, "follow">,
  options: FollowOptions<Payload>,
): AsyncIterableIterator<Payload> {
  const { topics, isPublic = false, after, viewer, signal, renewLoaders, map } = options;
  const events = eventLog.follow({
    after: after === null || after === undefined ? null : decodeCursor(after),
    topics: isPublic ? topics : { ...topics, ...visibleCustomers(viewer) },
    maxPending: MAX_PENDING_EVENTS,
    signal,
  });
  return {
    async next() {
      try {
        for (;;) {
          const step = await events.next();
          if (step.done === true) return { done: true, value: undefined };
          if (!isVisible(step.value, viewer, isPublic)) continue;
          renewLoaders();
          const payload = await map(step.value, encodeCursor(step.value.position));
          if (payload !== null) return { done: false, value: payload };
        }
      } catch (error) {
        throw withCursor(toPublicError(error, options), error);
      }
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function visibleCustomers(viewer: Viewer): { customerNumbers?: readonly CustomerNumber[] } {
  return viewer.customers === "all" ? {} : { customerNumbers: viewer.customers };
}

function isVisible({ customerNumber }: RecordedEvent, viewer: Viewer, isPublic: boolean): boolean {
  if (customerNumber === null) return isPublic || viewer.customers === "all";
  return maySee(viewer, customerNumber);
}

/** The one error that a client needs more of: where to come back to. */
function withCursor(shown: GraphQLError, error: unknown): GraphQLError {
  if (!(error instanceof SlowConsumerError)) return shown;
  return new GraphQLError(shown.message, {
    extensions: { ...shown.extensions, cursor: error.cursor },
  });
}
