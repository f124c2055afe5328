import { sql } from "kysely";
import type { Migration } from "kysely";

/** Stock that is set aside before it is ordered: see spine/processes. */
export const reservations: Migration = {
  async up(db) {
    await sql`
      create table reservations (
        id text primary key,
        sku text not null,
        warehouse text not null,
        quantity numeric not null check (quantity > 0),
        uom text not null,
        customer_number text,
        client_id text not null,
        status text not null,
        reserved_at timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz,
        order_id text,
        handed_over_at timestamptz
      )`.execute(db);
    // What counts against stock is read with every position: only what still does, however many there were.
    await sql`
      create index reservations_holding_by_sku on reservations (sku)
      where status = 'HELD' or (status = 'CONSUMED' and handed_over_at is null)`.execute(db);
    await sql`
      create index reservations_to_hand_over on reservations (order_id)
      where status = 'CONSUMED' and handed_over_at is null`.execute(db);
    await sql`
      create index reservations_handed_over on reservations (sku, handed_over_at)
      where status = 'CONSUMED'`.execute(db);
    await sql`create index reservations_held_by_expiry on reservations (expires_at, id) where status = 'HELD'`.execute(
      db,
    );
  },
};
