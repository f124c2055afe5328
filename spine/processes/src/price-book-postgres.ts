import type { Instant, PriceLine, Sku } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import { countRows } from "./book-walk.ts";
import { createMasterDataState, type MasterDataBookOptions } from "./master-data-state.ts";
import { checkPlausible } from "./master-data-rows.ts";
import type { PriceBook } from "./price-book.ts";

const EVERYONE = "everyone";
const CAMPAIGN = "campaign:";
const LONG_AGO = new Date(0);

/** The price book in the ledger. */
export function createPriceBook(options: MasterDataBookOptions): PriceBook {
  const { db } = options.ledger;
  const state = createMasterDataState(options, "price");
  return {
    isLoaded: () => state.isLoaded(),
    async readPriceLines({ customer, skus }) {
      // What holds for somebody else never leaves the ledger.
      const parties = [EVERYONE];
      if (customer !== null) parties.push(`customer:${customer.number}`);
      if (customer !== null && customer.priceGroup !== null) {
        parties.push(`priceGroup:${customer.priceGroup}`);
      }
      const mayHold =
        customer === null
          ? sql<boolean>`applies_to = any(${parties})`
          : sql<boolean>`(applies_to = any(${parties}) or starts_with(applies_to, ${CAMPAIGN}))`;
      // One row also where no line is: how fresh that is, is told as well.
      const { rows } = await sql<{ document: PriceLine | null; current_as_of: Date | null }>`
        select document, current_as_of from (select ${state.currentAsOf()}) as state
        left join price_book on sku = any(${[...skus]}) and ${mayHold}`.execute(db);
      const currentAsOf = rows[0]?.current_as_of ?? null;
      return {
        lines: rows.flatMap(({ document }) => document ?? []),
        provenance: state.provenanceOf(currentAsOf ?? LONG_AGO, currentAsOf),
      };
    },
  };
}

/**
 * Takes price lines into the book, by one writer at a time.
 * @param lines of distinct keys, at most 1,000
 * @returns the items of lines that are new or other than they were, before or after
 */
export async function savePriceLines(
  trx: LedgerTransaction,
  lines: readonly { readonly key: string; readonly line: PriceLine }[],
  readAt: Instant,
): Promise<readonly Sku[]> {
  const input = lines.map(({ key, line }) => ({
    key,
    sku: line.sku,
    applies_to: partyOf(line),
    document: line,
  }));
  const { rows } = await sql<{ sku: Sku; before: Sku | null }>`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as told(
        key text, sku text, applies_to text, document jsonb)
    ), news as (
      select told.*, known.sku as before
      from told left join price_book as known on known.key = told.key
      where known.key is null or known.document <> told.document
    ), saved as (
      insert into price_book (key, sku, applies_to, document, read_at)
      select key, sku, applies_to, document, ${readAt}::timestamptz from news
      on conflict (key) do update set
        sku = excluded.sku, applies_to = excluded.applies_to, document = excluded.document,
        read_at = excluded.read_at
    )
    select sku, before from news`.execute(trx);
  const skus = rows.flatMap(({ sku, before }) => (before === null ? [sku] : [sku, before]));
  return [...new Set(skus)];
}

/**
 * Removes what a whole load did not meet: a line that is no longer there or no longer active.
 * @param met the key of every line that the load met
 * @returns the items of the lines that are gone
 * @throws {ImplausibleLoadError} most of them would be
 */
export async function removeOtherPriceLines(
  trx: LedgerTransaction,
  met: ReadonlySet<string>,
): Promise<readonly Sku[]> {
  // Every line that was met is in the book: as many lines are the same lines.
  if ((await countRows(trx, trx.selectFrom("price_book").select("key"))) === met.size) return [];
  const rows = await trx.selectFrom("price_book").select(["key", "sku"]).execute();
  const gone = rows.filter(({ key }) => !met.has(key));
  if (gone.length === 0) return [];
  checkPlausible(gone.length, met.size, "price_book");
  await trx
    .deleteFrom("price_book")
    .where(sql<boolean>`key = any(${gone.map(({ key }) => key)})`)
    .execute();
  return [...new Set(gone.map(({ sku }) => sku as Sku))];
}

function partyOf({ appliesTo }: PriceLine): string {
  switch (appliesTo.kind) {
    case "customer":
      return `customer:${appliesTo.customerNumber}`;
    case "priceGroup":
      return `priceGroup:${appliesTo.priceGroup}`;
    case "campaign":
      return `${CAMPAIGN}${appliesTo.campaign}`;
    case "everyone":
      return EVERYONE;
  }
}
