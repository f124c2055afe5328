import { sql } from "kysely";
import type { Migration } from "kysely";

/** When the stock feed has last read each product, whether or not anything had changed: see spine/processes. */
export const stockLooks: Migration = {
  async up(db) {
    await sql`
      create table stock_looks (
        sku text primary key,
        looked_at timestamptz not null
      )`.execute(db);
  },
};
