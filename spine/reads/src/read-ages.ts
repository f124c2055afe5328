import type { Ages } from "./reader.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Nobody who has something to show waits longer for a source; an order is acknowledged in that time. */
const PATIENCE_MS = 100;

/**
 * How long each kind of document is good for. What our events tell of may be long fresh, since an event outdates it at
 * once; what changes without our knowing may not. What can be shown while its source is away depends on what it is
 * for: an order is judged by it (docs/decisions/0008-facts-for-acceptance.md), or somebody only looks.
 */
export const READ_AGES = {
  // Names, units, blocked: the master data feed tells what changed.
  product: { freshMs: 5 * MINUTE_MS, usableMs: 4 * HOUR_MS, patienceMs: PATIENCE_MS },
  // Also the credit limit and whether the account is blocked, by which orders are judged.
  customer: { freshMs: 30 * SECOND_MS, usableMs: 4 * HOUR_MS, patienceMs: PATIENCE_MS },
  // Lines carry their own dates, which are compared with today's also when they come from here.
  priceLines: { freshMs: 5 * MINUTE_MS, usableMs: 4 * HOUR_MS, patienceMs: PATIENCE_MS },
  // Every movement is an event; what the feed has not told yet is not older than this.
  stock: { freshMs: 30 * SECOND_MS, usableMs: HOUR_MS, patienceMs: PATIENCE_MS },
  // A handful, changed a few times a year.
  warehouses: { freshMs: 10 * MINUTE_MS, usableMs: 4 * HOUR_MS, patienceMs: PATIENCE_MS },
  // A clerk's change is an event once the feed has found it.
  orderDocument: { freshMs: 30 * SECOND_MS, usableMs: 4 * HOUR_MS, patienceMs: PATIENCE_MS },
  invoice: { freshMs: 30 * SECOND_MS, usableMs: 4 * HOUR_MS, patienceMs: PATIENCE_MS },
  // Money that came in is an event of its invoice.
  receivables: { freshMs: 30 * SECOND_MS, usableMs: HOUR_MS, patienceMs: PATIENCE_MS },
  shipment: { freshMs: 30 * SECOND_MS, usableMs: 4 * HOUR_MS, patienceMs: PATIENCE_MS },
} as const satisfies Record<string, Ages>;
