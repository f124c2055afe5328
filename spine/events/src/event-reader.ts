import type { Ledger } from "@crossdock/ledger";
import type { Clock, Logger, Metrics } from "@crossdock/runtime";
import { Counter } from "prom-client";
import type { EventDefinition } from "./define-event.ts";
import { InvalidEventDataError } from "./errors.ts";
import { dataschemaOf, selectEvents, type Range } from "./log-store.ts";
import type { Position } from "./position.ts";
import { insertQuarantined } from "./quarantine-store.ts";
import type { RecordedEvent, Selection } from "./recorded-event.ts";

/** A stretch of the log. */
export type LogPage = {
  /** In log order, each as the present version of its type has it. */
  readonly events: readonly RecordedEvent[];
  /** Read on after this; where the page began when it holds nothing. */
  readonly through: Position;
  /** Whether nothing followed, when it was read. */
  readonly isLast: boolean;
};

/** Reads the log and holds what it reads against its schema. */
export interface EventReader {
  /**
   * An event whose data cannot be read is in quarantine when this resolves, and not in the page. One of a type or
   * of a later version that this process does not know is given as it is: `is` of no definition takes it.
   */
  readPage(range: Range, selection: Selection): Promise<LogPage>;
}

export function createEventReader(deps: {
  readonly ledger: Ledger;
  readonly definitions: readonly EventDefinition[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): EventReader {
  const { ledger, clock, logger } = deps;
  const definitions = new Map(deps.definitions.map((definition) => [definition.type, definition]));
  const quarantined = new Counter({
    name: "crossdock_events_quarantined_total",
    help: "Events that this process found unreadable, by type.",
    labelNames: ["type"],
    registers: [deps.metrics],
  });

  const quarantine = async (event: RecordedEvent, { message: reason }: InvalidEventDataError) => {
    const isNew = await insertQuarantined(ledger, { event, reason, foundAt: clock.now() });
    if (!isNew) return;
    const { id, type, position } = event;
    quarantined.inc({ type });
    logger.warn({ id, type, position, reason }, "an event cannot be read: it is in quarantine");
  };

  return {
    async readPage(range, selection) {
      const stored = await selectEvents(ledger.db, range, selection);
      const events: RecordedEvent[] = [];
      for (const event of stored) {
        const read = readEvent(definitions.get(event.type), event);
        if (read instanceof InvalidEventDataError) await quarantine(event, read);
        else events.push(read);
      }
      return {
        events,
        through: stored.at(-1)?.position ?? range.after,
        isLast: stored.length < range.limit,
      };
    },
  };
}

function readEvent(
  definition: EventDefinition | undefined,
  event: RecordedEvent,
): RecordedEvent | InvalidEventDataError {
  if (definition === undefined || event.version > definition.version) return event;
  const { type, version } = definition;
  try {
    const data = definition.read(event.version, event.data);
    return { ...event, version, dataschema: dataschemaOf(type, version), data };
  } catch (error) {
    if (error instanceof InvalidEventDataError) return error;
    throw error;
  }
}
