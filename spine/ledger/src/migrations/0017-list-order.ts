import { sql } from "kysely";
import type { Migration } from "kysely";

/**
 * Lists are sorted by what a row has instead where its key is still empty: the indexes have to say the same, or every
 * page sorts the whole book.
 */
export const listOrder: Migration = {
  async up(db) {
    await sql`create index order_book_by_sorted_number on order_book ((coalesce(number, '')), id)`.execute(
      db,
    );
    await sql`
      create index order_book_by_customer_number
        on order_book (customer_number, (coalesce(number, '')), id)`.execute(db);
    await sql`drop index invoice_book_by_customer`.execute(db);
    await sql`drop index invoice_book_by_issued`.execute(db);
    await sql`
      create index invoice_book_by_customer
        on invoice_book (customer_number, (coalesce(issued_on, '0001-01-01'::date)), id)`.execute(
      db,
    );
    await sql`
      create index invoice_book_by_issued
        on invoice_book ((coalesce(issued_on, '0001-01-01'::date)), id)`.execute(db);
  },
};
