import { sql } from "kysely";
import type { Migration } from "kysely";

/** Shipments are found by the lot or the serial number of what they carry: see the shipment book. */
export const shippedGoods: Migration = {
  async up(db) {
    await sql`
      create index shipment_book_by_goods on shipment_book
      using gin ((shipment -> 'lines') jsonb_path_ops)`.execute(db);
  },
};
