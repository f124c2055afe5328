import { sql } from "kysely";
import type { Migration } from "kysely";

/** What subscribers have been told of the stock of each product in each warehouse: see spine/processes. */
export const stockBook: Migration = {
  async up(db) {
    await sql`
      create table stock_book (
        sku text not null,
        warehouse text not null,
        uom text not null,
        on_hand numeric not null,
        allocated numeric not null,
        inbound numeric not null,
        held numeric not null,
        last_movement bigint not null,
        read_at timestamptz not null,
        primary key (sku, warehouse)
      )`.execute(db);
  },
};
