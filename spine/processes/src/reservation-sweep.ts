import { randomUUID } from "node:crypto";
import type { Instant, Reservation } from "@crossdock/domain";
import type { EventLog } from "@crossdock/events";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { createRepeating, type Clock, type Logger, type Repeating } from "@crossdock/runtime";
import { reservationOf } from "./reservation-book-postgres.ts";
import { endPromises } from "./reservation-writer.ts";
import { tellHeldStock, type ToldChange } from "./stock-event.ts";

/**
 * Ends what nobody ends. Reservations whose time is up hold nothing from that moment on, whether or not
 * this runs: it marks them, and subscribers hear that the stock is free again. What an order took holds
 * until this sees that the warehouse has the order: in between, stock counts as promised twice and never
 * as free.
 */
export type ReservationSweep = Repeating;

/** So late a subscriber may hear that stock is free again. */
const SWEEP_EVERY_MS = 2_000;
/** Reservations per transaction; what expired is an event each, and the event log's lock is held for them all. */
const BATCH = 200;

export function createReservationSweep(deps: {
  readonly ledger: Ledger;
  readonly eventLog: Pick<EventLog, "append">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs?: number;
}): ReservationSweep {
  const { ledger, eventLog, clock, logger, everyMs = SWEEP_EVERY_MS } = deps;
  const work = async (signal: AbortSignal) => {
    while ((await handOverSome()) === BATCH) signal.throwIfAborted();
    while ((await expireSome()) === BATCH) signal.throwIfAborted();
  };
  const handOverSome = () =>
    ledger.transaction((trx) => endPromises(trx, { orders: null, at: clock.now(), limit: BATCH }));
  const expireSome = () =>
    ledger.transaction(async (trx) => {
      const expired = await markExpired(trx, clock.now());
      if (expired.length === 0) return 0;
      const context = { correlationId: randomUUID(), causationId: null, tenant: null };
      await eventLog.append(trx, await tellHeldStock(trx, expired.map(freed)), context);
      return expired.length;
    });

  const whenFailed = "reservations could not be swept, it is tried again";
  return createRepeating({ work, everyMs, logger, whenFailed });
}

/** Rows that somebody is ending now are theirs: they are looked at again the next time. */
async function markExpired(trx: LedgerTransaction, now: Instant): Promise<readonly Reservation[]> {
  const rows = await trx
    .updateTable("reservations")
    .set({ status: "EXPIRED", ended_at: now })
    .where("id", "in", (select) =>
      select
        .selectFrom("reservations")
        .select("id")
        .where("status", "=", "HELD")
        .where("expires_at", "<=", new Date(now))
        .orderBy("expires_at")
        .orderBy("id")
        .limit(BATCH)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
  return rows.map((row) => reservationOf(row, now));
}

function freed({ sku, warehouse, quantity: delta, expiresAt: at }: Reservation): ToldChange {
  return { sku, warehouse, change: "RELEASED", delta, at };
}
