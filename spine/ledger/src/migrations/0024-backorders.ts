import { sql } from "kysely";
import type { Migration } from "kysely";

/** Orders of which something waits for stock, oldest first: they are looked through whenever stock may have come. */
export const backorders: Migration = {
  async up(db) {
    await sql`
      create index order_book_backorders on order_book (placed_at, id)
      where state @? '$.sourcing.backorders[*]'`.execute(db);
  },
};
