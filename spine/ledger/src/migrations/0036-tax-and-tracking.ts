import { sql } from "kysely";
import type { Migration } from "kysely";

/** By which rates each customer was taxed last, and where, for bills that go out while nobody says what tax is due; what carriers have. */
export const taxAndTracking: Migration = {
  async up(db) {
    await sql`
      create table tax_rates (
        customer_number text not null,
        jurisdiction text not null,
        goods numeric not null,
        freight numeric not null,
        told_at timestamptz not null,
        primary key (customer_number, jurisdiction)
      )`.execute(db);
    // What a carrier has is looked for again and again, and is a small part of all shipments.
    await sql`
      create index shipment_book_under_way on shipment_book (id)
      where status in ('SHIPPED', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'EXCEPTION')
        and tracking_number is not null and shipped_at is not null`.execute(db);
  },
};
