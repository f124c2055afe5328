import type { Customer, CustomerNumber, Instant } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { CustomerBook } from "./customer-book.ts";
import { createMasterDataState, type MasterDataBookOptions } from "./master-data-state.ts";

/** The customer book in the ledger. */
export function createCustomerBook(options: MasterDataBookOptions): CustomerBook {
  const { db } = options.ledger;
  const state = createMasterDataState(options, "customer");
  return {
    isLoaded: () => state.isLoaded(),
    async readCustomers(numbers) {
      if (numbers.length === 0) return [];
      const rows = await db
        .selectFrom("customer_book")
        .select(["number", "document", "read_at", state.currentAsOf()])
        .where(sql<boolean>`number = any(${[...numbers]})`)
        .where("gone_at", "is", null)
        .execute();
      const byNumber = new Map(rows.map((row) => [row.number, row]));
      return numbers.map((number) => {
        const row = byNumber.get(number);
        if (row === undefined) return null;
        const provenance = state.provenanceOf(row.read_at, row.current_as_of);
        return { document: row.document as Customer, provenance };
      });
    },
  };
}

/**
 * Takes customers into the book, by one writer at a time.
 * @param customers distinct, at most 1,000; when each was changed, by the ERP's clock, where that was told
 * @param readAt when they were read
 * @returns those that are new or other than they were
 */
export async function saveCustomers(
  trx: LedgerTransaction,
  customers: readonly { readonly customer: Customer; readonly modifiedAt: Instant | null }[],
  readAt: Instant,
): Promise<readonly CustomerNumber[]> {
  const input = customers.map(({ customer, modifiedAt }) => ({
    number: customer.number,
    document: customer,
    modified_at: modifiedAt,
  }));
  const { rows } = await sql<{ number: CustomerNumber }>`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as told(
        number text, document jsonb, modified_at timestamptz)
    ), news as (
      select told.number from told left join customer_book as known on known.number = told.number
      where known.number is null or known.gone_at is not null or known.document <> told.document
    ), saved as (
      insert into customer_book as known (number, document, modified_at, read_at)
      select told.*, ${readAt}::timestamptz from told
      on conflict (number) do update set
        document = excluded.document, read_at = excluded.read_at, gone_at = null,
        modified_at = coalesce(excluded.modified_at, known.modified_at)
      where known.number in (select number from news)
        or (excluded.modified_at is not null
          and excluded.modified_at is distinct from known.modified_at)
    )
    select number from news`.execute(trx);
  return rows.map(({ number }) => number);
}
