import { maySee, type CustomerNumber, type Subject, type Viewer } from "@crossdock/domain";
import {
  decodeCursor,
  decodeSnapshotCursor,
  encodeCursor,
  SlowConsumerError,
  type EventLog,
  type Position,
  type RecordedEvent,
} from "@crossdock/events";
import { carryTrace, type Logger } from "@crossdock/runtime";
import { GraphQLError } from "graphql";
import { toPublicError } from "./public-error.ts";
import {
  accountsOf,
  walkSnapshot,
  type Snapshot,
  type SnapshotWalk,
  type WalkStart,
} from "./snapshot.ts";

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
  /** Only this account's events; `null` or not given: those of all that the viewer may see. */
  readonly customerNumber?: CustomerNumber | null;
  /** `null` or not given starts with the snapshot, if there is one, else with what happens from now on. */
  readonly after: string | null | undefined;
  readonly viewer: Viewer;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly correlationId: string;
  /**
   * Called before each event is mapped, and before each page of the snapshot is read. All events of a
   * subscription share one context: without new loaders every event would show what was loaded for the first.
   */
  readonly renewLoaders: () => void;
  /** What a subscriber gets of an event, `cursor` included; `null` leaves the event out. */
  readonly map: (event: RecordedEvent, cursor: string) => Promise<Payload | null> | Payload | null;
  readonly snapshot: Snapshot<Payload>;
  /**
   * Whether a stream without `after` begins with the snapshot. A cursor says itself where its stream stood, so
   * that one who was cut off comes back with the same arguments and the cursor.
   */
  readonly fromSnapshot: boolean | null | undefined;
};

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The present state, where it is asked for; then the events of the topics that the viewer may see, after a
 * cursor and as they come: each once, in log order. The snapshot has no event's hole or double, but
 * an event that happens while it is read may tell what it already showed. Ends with a public error
 * (CURSOR_EXPIRED; SNAPSHOT_TOO_LARGE; SLOW_CONSUMER, whose `extensions.cursor` is where to resume); `return()`
 * wakes a reader that waits.
 * @throws {InvalidCursorError} at once, when `after` is no cursor
 */
export function followEvents<Payload>(
  eventLog: Pick<EventLog, "follow" | "head">,
  options: FollowOptions<Payload>,
): AsyncIterableIterator<Payload> {
  const { isPublic = false, viewer, signal, renewLoaders, map, snapshot } = options;
  const start = startOf(options);
  let walk: SnapshotWalk<Payload> | null =
    start.kind === "snapshot" ? walkSnapshot(eventLog, snapshot, start.from, renewLoaders) : null;
  let events = start.kind === "events" ? eventsAfter(start.after) : null;
  let isOver = false;

  function eventsAfter(after: Position | null): AsyncIterableIterator<RecordedEvent> {
    return eventLog.follow({
      after,
      topics: topicsOf(options),
      maxPending: MAX_PENDING_EVENTS,
      signal,
    });
  }

  async function nextOf(source: AsyncIterator<RecordedEvent>): Promise<Payload | null> {
    for (;;) {
      const step = await source.next();
      if (step.done === true) return null;
      if (!isVisible(step.value, viewer, isPublic)) continue;
      renewLoaders();
      const payload = await map(step.value, encodeCursor(step.value.position));
      if (payload !== null) return carryTrace(payload, step.value.traceparent);
    }
  }

  return {
    async next() {
      if (isOver || signal.aborted) return DONE;
      try {
        const entry = (await walk?.next()) ?? null;
        if (entry !== null) return isOver ? DONE : { done: false, value: entry };
        if (isOver) return DONE;
        events ??= eventsAfter(walk?.head() ?? null);
        walk = null;
        const payload = await nextOf(events);
        return payload === null ? DONE : { done: false, value: payload };
      } catch (error) {
        isOver = true;
        throw withCursor(toPublicError(error, options), error);
      }
    },
    async return() {
      isOver = true;
      await events?.return?.();
      return DONE;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

type Start =
  | { readonly kind: "events"; readonly after: Position | null }
  | { readonly kind: "snapshot"; readonly from: WalkStart };

function startOf({
  after,
  fromSnapshot,
  snapshot,
}: Pick<FollowOptions<unknown>, "after" | "fromSnapshot" | "snapshot">): Start {
  if (after === null || after === undefined) {
    return fromSnapshot === true
      ? { kind: "snapshot", from: null }
      : { kind: "events", after: null };
  }
  const place = decodeSnapshotCursor(snapshot.book, after);
  return place === null
    ? { kind: "events", after: decodeCursor(after) }
    : { kind: "snapshot", from: place };
}

function topicsOf({
  topics,
  isPublic,
  viewer,
  customerNumber,
}: Pick<FollowOptions<unknown>, "topics" | "isPublic" | "viewer" | "customerNumber">) {
  if (isPublic === true) return topics;
  const accounts = accountsOf(viewer, customerNumber ?? null);
  return accounts === "all" ? topics : { ...topics, customerNumbers: accounts };
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
