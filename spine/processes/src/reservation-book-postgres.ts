import {
  instantOf,
  parseDecimal,
  quantity,
  type CustomerNumber,
  type Instant,
  type Reservation,
  type ReservationId,
  type ReservationStatus,
  type Sku,
  type UomCode,
  type WarehouseCode,
} from "@crossdock/domain";
import type { Ledger, LedgerTables } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import DataLoader from "dataloader";
import { sql, type Selectable } from "kysely";
import type { HeldByAccount, ReservationBook } from "./reservation-book.ts";

export type ReservationRow = Selectable<LedgerTables["reservations"]>;

/** Products that one statement sums. */
const MAX_HELD_BATCH = 500;

/** The reservations in the ledger. What requests ask of holds in one turn is one statement for all of them. */
export function createReservationBook({ db }: Pick<Ledger, "db">, clock: Clock): ReservationBook {
  const held = new DataLoader<Sku, readonly HeldByAccount[]>(
    async (skus) => {
      const sums = await sumHeld(db, [...new Set(skus)], clock.now());
      return skus.map((sku) => sums.get(sku) ?? []);
    },
    { cache: false, maxBatchSize: MAX_HELD_BATCH },
  );
  return {
    async readReservations(ids) {
      const rows = await db
        .selectFrom("reservations")
        .selectAll()
        .where("id", "in", [...ids])
        .execute();
      const now = clock.now();
      const found = new Map(rows.map((row) => [row.id, reservationOf(row, now)]));
      return ids.map((id) => found.get(id) ?? null);
    },
    readHeld: (skus) => Promise.all(skus.map((sku) => held.load(sku))),
  };
}

/** A row of the ledger's `held_of`. */
type HeldRow = {
  readonly sku: string;
  readonly warehouse: string;
  readonly uom: string;
  /** `null`: an order has taken it. */
  readonly owner: string | null;
  readonly quantity: string;
};

/** What is held of each product at `now`, also within a transaction. */
export async function sumHeld(
  db: Ledger["db"],
  skus: readonly Sku[],
  now: Instant,
): Promise<ReadonlyMap<Sku, readonly HeldByAccount[]>> {
  const { rows } = await sql<HeldRow>`
    select sku, warehouse, uom, owner, quantity
    from held_of(${[...skus]}::text[], ${new Date(now)}::timestamptz)`.execute(db);
  const held = new Map<Sku, HeldByAccount[]>();
  for (const row of rows) {
    const sku = row.sku as Sku;
    const part = {
      warehouse: row.warehouse as WarehouseCode,
      customerNumber: row.owner as CustomerNumber | null,
      quantity: quantityOf(row),
    };
    held.set(sku, [...(held.get(sku) ?? []), part]);
  }
  return held;
}

/** @param now decides whether what was held has expired, swept or not */
export function reservationOf(row: ReservationRow, now: Instant): Reservation {
  const expiresAt = instantOf(row.expires_at);
  const status = row.status as ReservationStatus;
  return {
    id: row.id as ReservationId,
    sku: row.sku as Sku,
    warehouse: row.warehouse as WarehouseCode,
    quantity: quantityOf(row),
    customerNumber: row.customer_number as CustomerNumber | null,
    status: status === "HELD" && expiresAt <= now ? "EXPIRED" : status,
    expiresAt,
  };
}

function quantityOf(row: Pick<ReservationRow, "quantity" | "uom">) {
  return quantity(parseDecimal(row.quantity), row.uom as UomCode);
}
