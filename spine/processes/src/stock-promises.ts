import { randomUUID } from "node:crypto";
import {
  parseDecimal,
  parseInstant,
  promiseStock,
  quantity,
  withoutUsed,
  type CustomerNumber,
  type Instant,
  type OrderDraft,
  type OrderId,
  type PromiseAnswer,
  type Reservation,
  type ReservationId,
  type Sku,
  type StockPart,
  type UomCode,
  type WarehouseCode,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import { handedOverSince, lockReservations, markConsumed } from "./reservation-writer.ts";
import { lockStock } from "./stock-book-postgres.ts";
import { stockOnItsWay } from "./stock-on-its-way.ts";

/** What warehouses said of the products that an order needs, before anything of ours is taken off. */
export type StockOffers = {
  readonly offers: readonly StockPart[];
  /** When they were asked, by sku: what they were told since is not in what they said. */
  readonly askedAt: ReadonlyMap<Sku, Instant>;
};

/** Of an order that shall have its stock now or not be taken. */
export type PromiseRequest = StockOffers & {
  readonly customerNumber: CustomerNumber;
  readonly wanted: readonly StockPart[];
  /** Reservations that it takes whole. */
  readonly named: readonly ReservationId[];
};

/** What is promised of some products, while nobody else can promise anything of them. */
export type PromisedStock = {
  /** For one order after the other: what an earlier one was promised is gone for the next. */
  promise(request: PromiseRequest): PromiseAnswer;
  /** Those that were named, as they are now that they are locked. */
  readonly reservations: readonly Reservation[];
};

/**
 * Waits until nobody else is promising stock of these products, and keeps others waiting until this transaction ends.
 * Rows of reservations are locked first and products after them, each in one order, as everybody does it; both before
 * commands are accepted.
 * @param names reservations that are to be locked as well, those of the requests among them
 */
export async function lockPromises(
  trx: LedgerTransaction,
  requests: readonly PromiseRequest[],
  names: readonly ReservationId[],
  now: Instant,
): Promise<PromisedStock> {
  const skus = [...new Set(requests.flatMap(({ wanted }) => wanted.map(({ sku }) => sku)))];
  const customers = [...new Set(requests.map(({ customerNumber }) => customerNumber))];
  const own = skus.length === 0 ? [] : await idsOfHeld(trx, { customers, skus, now });
  const locked = await lockReservations(trx, [...new Set([...own, ...names])], now);
  let held: readonly Reservation[] = locked.filter(({ status }) => status === "HELD");
  await lockStock(trx, skus);
  const askedAt = earliestAskedAt(requests);
  const promised: StockPart[] = [];
  if (skus.length > 0) {
    promised.push(
      ...(await sumPromised(trx, { skus, now, butFor: held })),
      ...(await stockOnItsWay(trx, skus, askedAt)),
      ...(await handedOver(trx, askedAt)),
    );
  }
  return {
    reservations: locked.filter(({ id }) => names.includes(id)),
    promise({ customerNumber, wanted, offers, named: names }) {
      const taken = held.filter(({ id }) => names.includes(id));
      const left = held.filter(({ id }) => !names.includes(id));
      const answer = promiseStock({
        wanted,
        offers,
        promised: [...promised, ...left.filter((one) => one.customerNumber !== customerNumber)],
        named: taken,
        own: left.filter((one) => one.customerNumber === customerNumber),
      });
      if (answer.kind === "short") return answer;
      promised.push(...answer.parts, ...answer.consumed, ...taken);
      held = withoutUsed(left, answer);
      return answer;
    },
  };
}

/**
 * Sets aside what an order was promised: it counts until the warehouse has the order, or the order is over. After
 * `lockPromises`, once the order's command is accepted.
 */
export async function savePromise(
  trx: LedgerTransaction,
  draft: Pick<OrderDraft, "key" | "customerNumber">,
  { parts, consumed, reduced }: Extract<PromiseAnswer, { kind: "promised" }>,
  when: {
    readonly clientId: string;
    readonly at: Instant;
    /** For an order that waits for a decision: so long it counts at most; `null`: it waits for none. */
    readonly heldUntil: Instant | null;
  },
): Promise<void> {
  // Ours are named after their key: see OrderId.
  const orderId = draft.key as string as OrderId;
  const { clientId, at, heldUntil } = when;
  await markConsumed(
    trx,
    consumed.map(({ id }) => id),
    orderId,
    at,
  );
  for (const { id, quantity: part } of reduced) {
    await sql`update reservations set quantity = quantity - ${part.value}::numeric where id = ${id}`.execute(
      trx,
    );
  }
  if (parts.length === 0) return;
  const rows = parts.map(({ sku, warehouse, quantity: { value, uom } }) => ({
    // No reservation's name: nobody but the order can end it.
    id: randomUUID(),
    sku,
    warehouse,
    quantity: value,
    uom,
    customer_number: draft.customerNumber,
    client_id: clientId,
    status: "CONSUMED",
    reserved_at: at,
    expires_at: heldUntil ?? NEVER,
    ended_at: at,
    order_id: orderId,
    handed_over_at: null,
  }));
  await trx.insertInto("reservations").values(rows).execute();
}

const NEVER = parseInstant("9999-12-31T00:00:00Z");

/** Whether something is still set aside for an order that waits for a decision. */
export async function isStillPromised(trx: LedgerTransaction, orderId: OrderId): Promise<boolean> {
  const row = await trx
    .selectFrom("reservations")
    .select("id")
    .where("order_id", "=", orderId)
    .where("status", "=", "CONSUMED")
    .where("handed_over_at", "is", null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** What was set aside for an order until a decision, and is not bound to that any more. */
export async function keepPromise(trx: LedgerTransaction, orderId: OrderId): Promise<void> {
  await trx
    .updateTable("reservations")
    .set({ expires_at: NEVER })
    .where("order_id", "=", orderId)
    .where("status", "=", "CONSUMED")
    .where("handed_over_at", "is", null)
    .execute();
}

/** Reservations of the accounts that hold something of the products; to be locked, and read again then. */
async function idsOfHeld(
  trx: LedgerTransaction,
  of: {
    readonly customers: readonly CustomerNumber[];
    readonly skus: readonly Sku[];
    readonly now: Instant;
  },
): Promise<readonly ReservationId[]> {
  const rows = await trx
    .selectFrom("reservations")
    .select("id")
    .where(sql<boolean>`sku = any(${[...of.skus]}::text[])`)
    .where(sql<boolean>`customer_number = any(${[...of.customers]}::text[])`)
    .where("status", "=", "HELD")
    .where("expires_at", ">", new Date(of.now))
    .execute();
  return rows.map(({ id }) => id as ReservationId);
}

async function sumPromised(
  trx: LedgerTransaction,
  of: {
    readonly skus: readonly Sku[];
    readonly now: Instant;
    readonly butFor: readonly Reservation[];
  },
): Promise<readonly StockPart[]> {
  const butFor = of.butFor.map(({ id }) => id);
  const rows = await trx
    .selectFrom("reservations")
    .select(["sku", "warehouse", "uom"])
    .select(({ fn }) => fn.sum<string>("quantity").as("quantity"))
    .where(sql<boolean>`sku = any(${[...of.skus]}::text[])`)
    .where(sql<boolean>`(status = 'HELD' or (status = 'CONSUMED' and handed_over_at is null))`)
    .where(sql<boolean>`(status = 'CONSUMED' or expires_at > ${new Date(of.now)})`)
    .where(sql<boolean>`id <> all(${butFor}::text[])`)
    .groupBy(["sku", "warehouse", "uom"])
    .execute();
  return rows.map((row) => ({
    sku: row.sku as Sku,
    warehouse: row.warehouse as WarehouseCode,
    quantity: quantity(parseDecimal(row.quantity), row.uom as UomCode),
  }));
}

async function handedOver(
  trx: LedgerTransaction,
  askedAt: ReadonlyMap<Sku, Instant>,
): Promise<readonly StockPart[]> {
  const parts: StockPart[] = [];
  for (const [sku, since] of askedAt) parts.push(...(await handedOverSince(trx, sku, since)));
  return parts;
}

/** Orders that are judged together may know different looks of a warehouse: the oldest leaves nothing out. */
function earliestAskedAt(requests: readonly PromiseRequest[]): ReadonlyMap<Sku, Instant> {
  const earliest = new Map<Sku, Instant>();
  for (const { askedAt } of requests) {
    for (const [sku, at] of askedAt) {
      const known = earliest.get(sku);
      if (known === undefined || at < known) earliest.set(sku, at);
    }
  }
  return earliest;
}
