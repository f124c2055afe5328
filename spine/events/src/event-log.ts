import type { CustomerNumber } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import {
  createMetrics,
  createUlids,
  traceparentNow,
  type Clock,
  type Logger,
  type Metrics,
} from "@crossdock/runtime";
import type { EventDefinition, NewEvent } from "./define-event.ts";
import { CursorExpiredError, UnknownEventTypeError } from "./errors.ts";
import { createEventReader } from "./event-reader.ts";
import { Follower } from "./follower.ts";
import type { FollowOptions } from "./follower.ts";
import { createLiveTail } from "./live-tail.ts";
import { deleteThrough, insertEvents, readBounds } from "./log-store.ts";
import type { EventRow } from "./log-store.ts";
import { isAfter } from "./position.ts";
import type { Position } from "./position.ts";
import type { RecordedEvent, Selection } from "./recorded-event.ts";
import { createWitnesses } from "./witnesses.ts";
import type { Witness } from "./witnesses.ts";

export type AppendContext = {
  /** The same for everything that one request set off. */
  readonly correlationId: string;
  /** The command or event that caused these directly. */
  readonly causationId: string | null;
  /** From which span of a trace they come; the one that is under way when left out. */
  readonly traceparent?: string | null;
  /** Whose events these are unless an event says otherwise; `null` when nobody's. */
  readonly tenant: CustomerNumber | null;
};

export type PageRequest = Selection & {
  /** Exclusive. */
  readonly after: Position;
  /** 1 to `MAX_PAGE`. */
  readonly limit: number;
};

/** What happened, in one order, for ever until it is discarded. */
export interface EventLog {
  /**
   * Adds events within the caller's transaction. It must be the last statement before the commit: from here
   * on every other append in the system waits for that commit.
   * @param events at most `MAX_APPEND`, in the order in which they happened
   * @returns their positions, in the same order
   * @throws {UnknownEventTypeError | InvalidEventDataError} nothing was appended
   */
  append(
    trx: LedgerTransaction,
    events: readonly NewEvent[],
    context: AppendContext,
  ): Promise<readonly Position[]>;
  /** As `append`, of rows that `rowsOf` made: of events that came from several requests. */
  appendRows(trx: LedgerTransaction, rows: readonly EventRow[]): Promise<readonly Position[]>;
  /**
   * The events as `append` would write them, for a statement that appends them beside other rows.
   * @throws {UnknownEventTypeError | InvalidEventDataError}
   */
  rowsOf(events: readonly NewEvent[], context: AppendContext): readonly EventRow[];
  /**
   * @returns in log order, without what cannot be read; fewer than `limit` when the log ended
   * @throws {CursorExpiredError} the log no longer holds all that follows `after`
   */
  readPage(request: PageRequest): Promise<readonly RecordedEvent[]>;
  /** The position of the last event that is committed. */
  head(): Promise<Position>;
  /**
   * Events of the given topics after `after`, then new ones as they come: each once, in log order. To miss
   * nothing that happens after a certain moment, take `head()` at that moment and pass it: with `null`
   * the present end is found out while the first events may come already.
   * `next` throws CursorExpiredError (the log does not reach back to `after`, or forward) and SlowConsumerError
   * (more than `maxPending` live events wait); `return` ends it at once, also while it waits.
   */
  follow(options: FollowOptions): AsyncIterableIterator<RecordedEvent>;
  /**
   * From when it resolves on, `witness` is called with each new event, synchronously, before any follower or reader of
   * this process has it; possibly more than once. The log is read at its end as long as there is a witness.
   * @returns ends it
   */
  witness(witness: Witness): Promise<() => void>;
  /** Forgets events up to a position, for retention. @returns how many */
  discardThrough(position: Position): Promise<number>;
  /** Ends every follower. The ledger stays open. */
  close(): Promise<void>;
}

export type EventLogDeps = {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Every kind of event that may be appended. */
  readonly definitions: readonly EventDefinition[];
  /** Where what was quarantined is counted; nowhere when left out. */
  readonly metrics?: Metrics;
  /** The CloudEvents source: who says so. */
  readonly source?: string;
};

export const MAX_APPEND = 1_000;
export const MAX_PAGE = 500;

export function createEventLog(deps: EventLogDeps): EventLog {
  const { ledger, clock, logger, metrics = createMetrics(), source = "/crossdock" } = deps;
  const definitions = new Map(
    deps.definitions.map((definition) => [keyOf(definition), definition]),
  );
  const witnesses = createWitnesses(createEventReader({ ...deps, metrics }));
  const { reader } = witnesses;
  const tail = createLiveTail({ ledger, logger, reader });
  const followers = new Set<Follower>();

  const nextId = createUlids(clock);

  function toRow(event: NewEvent, context: AppendContext): EventRow {
    const definition = definitions.get(keyOf(event));
    if (definition === undefined) throw new UnknownEventTypeError(event.type, event.version);
    const recordedAt = clock.now();
    return {
      id: nextId(),
      source,
      type: event.type,
      version: event.version,
      subject: event.subject,
      occurredAt: event.occurredAt ?? recordedAt,
      recordedAt,
      customerNumber: event.customerNumber === undefined ? context.tenant : event.customerNumber,
      correlationId: context.correlationId,
      causationId: context.causationId,
      traceparent: context.traceparent === undefined ? traceparentNow() : context.traceparent,
      data: definition.parse(event.data),
    };
  }

  const rowsOf = (events: readonly NewEvent[], context: AppendContext) =>
    events.map((event) => toRow(event, context));

  const appendRows: EventLog["appendRows"] = async (trx, rows) => {
    if (rows.length > MAX_APPEND) {
      throw new RangeError(`At most ${String(MAX_APPEND)} events are appended at once.`);
    }
    return rows.length === 0 ? [] : insertEvents(trx, rows);
  };

  return {
    append: async (trx, events, context) => appendRows(trx, rowsOf(events, context)),
    appendRows,
    rowsOf,
    readPage: async ({ after, limit, ...selection }) => {
      if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
        throw new RangeError(`A page has 1 to ${String(MAX_PAGE)} events.`);
      }
      const found: RecordedEvent[] = [];
      for (let at = after, isLast = false; !isLast && found.length < limit;) {
        const page = await reader.readPage({ after: at, limit: limit - found.length }, selection);
        found.push(...page.events);
        ({ through: at, isLast } = page);
      }
      // Looked up after the page: what was discarded while it was read cannot go unnoticed.
      const { discardedThrough } = await readBounds(ledger);
      if (isAfter(discardedThrough, after)) throw new CursorExpiredError(after, discardedThrough);
      return found;
    },
    head: async () => (await readBounds(ledger)).head,
    follow: (options) => {
      const follower = new Follower(options, {
        tail,
        readBounds: () => readBounds(ledger),
        readRange: (range, topics) => reader.readPage(range, topics),
        onEnd: (ended) => followers.delete(ended),
      });
      if (!options.signal.aborted) followers.add(follower);
      return follower;
    },
    witness: (witness) => witnesses.join(witness, tail),
    discardThrough: (position) => ledger.transaction((trx) => deleteThrough(trx, position)),
    close: async () => {
      await Promise.all([...followers].map((follower) => follower.return()));
      await tail.close();
    },
  };
}

function keyOf({ type, version }: { readonly type: string; readonly version: number }): string {
  return `${type} ${String(version)}`;
}
