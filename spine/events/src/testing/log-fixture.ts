import { parseSku } from "@crossdock/domain";
import type { CustomerNumber } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import type { NewEvent } from "../define-event.ts";
import { createEventLog } from "../event-log.ts";
import type { EventLog } from "../event-log.ts";
import type { FollowOptions } from "../follower.ts";
import { LOG_START } from "../position.ts";
import type { Position } from "../position.ts";
import type { RecordedEvent } from "../recorded-event.ts";
import { stockCounted } from "./stock-counted.ts";

export const NOON = "2026-11-21T12:00:00.000Z";

export function openLog(ledger: Ledger): EventLog {
  return createEventLog({
    ledger,
    clock: createFixedClock(NOON),
    logger: createLogger({ name: "test", level: "silent" }),
    definitions: [stockCounted],
  });
}

export function counted(sku: string, count: number, customerNumber?: string): NewEvent {
  const data = { sku: parseSku(sku), counted: String(count) };
  return customerNumber === undefined
    ? stockCounted.create(data)
    : stockCounted.create(data, { customerNumber: customerNumber as CustomerNumber });
}

/** In a transaction of its own. */
export function append(
  ledger: Ledger,
  log: EventLog,
  ...events: NewEvent[]
): Promise<readonly Position[]> {
  return ledger.transaction((trx) =>
    log.append(trx, events, { correlationId: "test", causationId: null, tenant: null }),
  );
}

export function followFrom(
  log: EventLog,
  after: Position | null = LOG_START,
  options: Partial<FollowOptions> = {},
): AsyncIterableIterator<RecordedEvent> {
  const signal = new AbortController().signal;
  return log.follow({ after, topics: {}, maxPending: 1_000, signal, ...options });
}

/** The next `count` events; ends the iteration. */
export async function take(
  events: AsyncIterableIterator<RecordedEvent>,
  count: number,
): Promise<RecordedEvent[]> {
  const taken: RecordedEvent[] = [];
  while (taken.length < count) {
    const next = await events.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  await events.return?.();
  return taken;
}

export const labelOf = ({ subject, data }: RecordedEvent): string =>
  `${subject.replace("stock:", "")} ${(data as { counted: string }).counted}`;
