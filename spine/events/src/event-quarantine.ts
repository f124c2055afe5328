import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import type { EventDefinition } from "./define-event.ts";
import { InvalidEventDataError } from "./errors.ts";
import type { EventLog } from "./event-log.ts";
import type { Position } from "./position.ts";
import { lockQuarantined, markReleased, selectWaiting } from "./quarantine-store.ts";
import type { QuarantinedEvent, Sight } from "./quarantine-store.ts";

/** What became of a release. */
export type Release =
  | { readonly kind: "released"; readonly position: Position }
  /** There is no such event in quarantine. */
  | { readonly kind: "absent" }
  /** Its data still does not fit, or it was released before; nothing was changed. */
  | { readonly kind: "refused"; readonly reason: string };

/** Events that cannot be read, and what a person does about them. */
export interface EventQuarantine {
  /**
   * @param request.limit 1 to `MAX_QUARANTINE_PAGE`
   * @returns what waits for a person, in log order
   */
  list(request: {
    readonly limit: number;
    readonly customers: Sight;
  }): Promise<readonly QuarantinedEvent[]>;
  /**
   * Appends the event again with data that fits, at the end of the log: every follower gets it there, once, and
   * its old place stays empty. Its log append is the transaction's last but for the audit journal.
   * @param repair.data instead of what was stored; left out, when it was the schema that was wrong
   * @param repair.customers whose events may be released; another's is absent
   */
  release(
    trx: LedgerTransaction,
    eventId: string,
    repair: { readonly data?: unknown; readonly by: string; readonly customers: Sight },
  ): Promise<Release>;
}

export const MAX_QUARANTINE_PAGE = 500;

export function createEventQuarantine(deps: {
  readonly ledger: Ledger;
  readonly eventLog: Pick<EventLog, "append">;
  readonly definitions: readonly EventDefinition[];
  readonly clock: Clock;
}): EventQuarantine {
  const { ledger, eventLog, clock } = deps;
  const definitions = new Map(deps.definitions.map((definition) => [definition.type, definition]));
  return {
    list: async ({ limit, customers }) => {
      if (!Number.isInteger(limit) || limit < 1 || limit > MAX_QUARANTINE_PAGE) {
        throw new RangeError(`A page has 1 to ${String(MAX_QUARANTINE_PAGE)} events.`);
      }
      return selectWaiting(ledger, { limit, customers });
    },
    release: async (trx, eventId, { data, by, customers }) => {
      const found = await lockQuarantined(trx, eventId, customers);
      if (found === null) return { kind: "absent" };
      const { event, released } = found;
      if (released !== null) {
        return { kind: "refused", reason: `It was released at ${released.at} by ${released.by}.` };
      }
      const definition = definitions.get(event.type);
      if (definition === undefined) {
        return { kind: "refused", reason: `There is no event ${event.type} any more.` };
      }
      const repaired = readOrRefuse(
        definition,
        data === undefined ? event : { ...definition, data },
      );
      if (repaired instanceof InvalidEventDataError) {
        return { kind: "refused", reason: repaired.message };
      }
      const {
        type,
        subject,
        customerNumber,
        time: occurredAt,
        correlationId,
        traceparent,
        id,
      } = event;
      const [position] = await eventLog.append(
        trx,
        [
          {
            type,
            version: definition.version,
            subject,
            customerNumber,
            occurredAt,
            data: repaired,
          },
        ],
        { correlationId, causationId: id, traceparent, tenant: customerNumber },
      );
      if (position === undefined) throw new Error("An append of one event has one position.");
      await markReleased(trx, eventId, { at: clock.now(), by, position });
      return { kind: "released", position };
    },
  };
}

function readOrRefuse(
  definition: EventDefinition,
  { version, data }: { readonly version: number; readonly data: unknown },
): unknown {
  try {
    return definition.read(version, data);
  } catch (error) {
    if (error instanceof InvalidEventDataError) return error;
    throw error;
  }
}
