import { ABSENT_MS, type Ages } from "./reader.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Who only looks waits so long before the older value is shown in its place: longer than a source takes that is well. */
const LOOKING_PATIENCE_MS = SECOND_MS;
/** Who fills a basket has another quote in a moment, and rather sees the one of before than none. */
const QUOTING_PATIENCE_MS = 500;
/** Who orders, so long: an order is acknowledged in that time. */
const ORDERING_PATIENCE_MS = 100;

/**
 * How long each kind of document is good for. What our events tell of may be long fresh, since an event outdates it at
 * once; what changes without our knowing may not. What can be shown while its source is away depends on what it is
 * for: an order is judged by it (docs/decisions/0008-facts-for-acceptance.md), or somebody only looks.
 */
export const READ_AGES = {
  // Names, units, blocked: the master data feed tells what changed, and its book is served first.
  product: { freshMs: 5 * MINUTE_MS, usableMs: 4 * HOUR_MS, patienceMs: LOOKING_PATIENCE_MS },
  // The same. The credit limit, and whether the account is blocked, are judged by with ages of their own.
  customer: { freshMs: 5 * MINUTE_MS, usableMs: 4 * HOUR_MS, patienceMs: LOOKING_PATIENCE_MS },
  // Lines carry their own dates, which are compared with today's also when they come from here.
  priceLines: { freshMs: 5 * MINUTE_MS, usableMs: 4 * HOUR_MS, patienceMs: LOOKING_PATIENCE_MS },
  // Every movement is an event, within seconds; the feed finds what no movement tells within minutes, as this does.
  stock: { freshMs: 5 * MINUTE_MS, usableMs: HOUR_MS, patienceMs: LOOKING_PATIENCE_MS },
  // As stock, but no feed keeps them: after an hour it is better to say nothing of what lies where.
  lots: { freshMs: 5 * MINUTE_MS, usableMs: HOUR_MS, patienceMs: LOOKING_PATIENCE_MS },
  // A handful, changed a few times a year.
  warehouses: { freshMs: 10 * MINUTE_MS, usableMs: 4 * HOUR_MS, patienceMs: LOOKING_PATIENCE_MS },
  // A clerk's change is an event once the feed has found it, and the book that it keeps is served first.
  orderDocument: {
    freshMs: 10 * MINUTE_MS,
    usableMs: 4 * HOUR_MS,
    patienceMs: LOOKING_PATIENCE_MS,
  },
  // Money that came in is an event; that a day has passed is none, and an invoice gets overdue by it.
  invoice: { freshMs: 5 * MINUTE_MS, usableMs: 4 * HOUR_MS, patienceMs: LOOKING_PATIENCE_MS },
  // Money that came in is an event of its invoice; a credit that nobody applied yet is not.
  receivables: { freshMs: 5 * MINUTE_MS, usableMs: HOUR_MS, patienceMs: LOOKING_PATIENCE_MS },
  // Each step is an event.
  shipment: { freshMs: 10 * MINUTE_MS, usableMs: 4 * HOUR_MS, patienceMs: LOOKING_PATIENCE_MS },
  // What is there is forgotten as soon as what is not: who asks again finds out nothing by how long it takes.
  lookUp: { freshMs: ABSENT_MS, usableMs: ABSENT_MS, patienceMs: LOOKING_PATIENCE_MS },
  // Rates change by the quarter, and what is billed is calculated anew: an estimate of an hour ago estimates as well.
  taxEstimate: { freshMs: 15 * MINUTE_MS, usableMs: HOUR_MS, patienceMs: QUOTING_PATIENCE_MS },
  // Carriers change their surcharges by the week.
  shippingOptions: {
    freshMs: 15 * MINUTE_MS,
    usableMs: 4 * HOUR_MS,
    patienceMs: QUOTING_PATIENCE_MS,
  },
} as const satisfies Record<string, Ages>;

/** An order is judged by nothing that its systems told longer ago, while they answer (docs/decisions/0008-facts-for-acceptance.md). */
const FACT_FRESH_MS = 10 * SECOND_MS;
const STOCK_FACT_FRESH_MS = 2 * SECOND_MS;

export const ACCEPTANCE_AGES = {
  product: judgedBy(READ_AGES.product, FACT_FRESH_MS),
  customer: judgedBy(READ_AGES.customer, FACT_FRESH_MS),
  priceLines: judgedBy(READ_AGES.priceLines, FACT_FRESH_MS),
  stock: judgedBy(READ_AGES.stock, STOCK_FACT_FRESH_MS),
  warehouses: judgedBy(READ_AGES.warehouses, FACT_FRESH_MS),
} as const satisfies Record<string, Ages>;

/** Nobody who orders waits for more than patience, whatever has happened; a book is not better than memory. */
function judgedBy(ages: Ages, freshMs: number): Ages {
  const patienceMs = ORDERING_PATIENCE_MS;
  return {
    ...ages,
    freshMs,
    patienceMs,
    insistMs: patienceMs,
    retriesUnwatched: true,
    recallableMs: ages.usableMs,
  };
}
