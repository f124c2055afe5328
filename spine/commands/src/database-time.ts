import { sql } from "kysely";
import type { RawBuilder } from "kysely";

/**
 * Leases and due times go by the clock of the database: the only one that all workers share, so that a
 * worker whose own clock is wrong takes nobody's command away.
 */
export const databaseNow: RawBuilder<Date> = sql<Date>`clock_timestamp()`;

/** @param ms from now on, by the clock of the database; whole milliseconds */
export function databaseNowPlus(ms: number): RawBuilder<Date> {
  return sql<Date>`clock_timestamp() + ${Math.ceil(ms)}::int * interval '1 millisecond'`;
}

/** In the past for certain: "not in the queue". */
export const LONG_AGO = new Date(0);
