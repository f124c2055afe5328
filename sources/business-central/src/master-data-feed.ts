import { parseCustomerNumber, parseInstant, parseSku, type Sku } from "@crossdock/domain";
import type {
  CatalogueItem,
  ChangedName,
  ChangeQuery,
  MasterDataFeed,
  Page,
} from "@crossdock/source-contract";
import { integerField } from "@crossdock/source-http";
import { z } from "zod";
import { changedSince, quote } from "./odata.ts";
import {
  ACTIVE_ITEMS,
  PRICE_LINE_FIELDS,
  PRICE_LINES,
  priceLineRow,
  toPriceLine,
} from "./price-reader.ts";
import {
  CARD_FIELDS,
  CARDS,
  readCards,
  toProducts,
  UNITS,
  type ItemCard,
  type ProductReaderDeps,
} from "./product-reader.ts";
import { readTwice } from "./second-look.ts";

/** Names and times only. */
const CHANGES_PAGE_SIZE = 500;
/** Cards are wide: the source takes up to a second for so many. */
const ITEMS_PAGE_SIZE = 250;
/** The source gives at most 20,000 rows of a published page at once. */
const PRICE_LINES_PAGE_SIZE = 2_500;
const KEPT_IN_STOCK = "Inventory";

const changedRow = z.object({ number: z.string(), lastModifiedDateTime: z.string() });
const numberRow = z.object({ No: z.string() });
const keyedRow = priceLineRow.extend({ Line_No: integerField });

/**
 * The standard API tells when items and customers were changed, the published pages what they are; a price list
 * line (page 7005) shows no time of change.
 */
export function createMasterDataFeed(deps: ProductReaderDeps): MasterDataFeed {
  const { client, references, home } = deps;

  const listChanged = async <Key>(
    set: "items" | "customers",
    { since, after }: ChangeQuery,
    keyOf: (number: string) => Key,
    signal: AbortSignal,
  ): Promise<Page<ChangedName<Key>>> => {
    const start = {
      set,
      query: {
        $filter: changedSince(since),
        $orderby: "lastModifiedDateTime",
        $select: "number,lastModifiedDateTime",
      },
    };
    const page = await client.readPage("api", after ?? start, CHANGES_PAGE_SIZE, signal);
    const items = client.decodeAs(set, page.rows, z.array(changedRow), (rows) =>
      rows.map(({ number, lastModifiedDateTime }) => ({
        key: keyOf(number),
        modifiedAt: parseInstant(lastModifiedDateTime),
      })),
    );
    return { items, next: page.next };
  };

  return {
    listChangedProducts: (query, signal) => listChanged("items", query, parseSku, signal),
    listChangedCustomers: (query, signal) =>
      listChanged("customers", query, parseCustomerNumber, signal),

    async readItems(skus, signal) {
      const read = async (some: readonly Sku[]) => {
        const { cards, units } = await readCards(deps, some, signal);
        return toProducts(deps, cards, units, signal, toItem);
      };
      return readTwice(skus, read, ({ product }) => product.sku);
    },

    async listItems(after, signal) {
      const start = { set: CARDS, query: { $orderby: "No", $select: CARD_FIELDS } };
      const page = await client.readPage("pages", after ?? start, ITEMS_PAGE_SIZE, signal);
      const numbers = client.decode(CARDS, page.rows, z.array(numberRow));
      const [first, last] = [numbers.at(0), numbers.at(-1)];
      if (first === undefined || last === undefined) return { items: [], next: page.next };
      // In the source's own order of numbers, in which the page was cut.
      const between = `Item_No ge ${quote(first.No)} and Item_No le ${quote(last.No)}`;
      const [units = []] = await client.readAll(
        "pages",
        [{ set: UNITS, query: { $filter: between } }],
        signal,
      );
      const items = await toProducts(deps, page.rows, units, signal, toItem);
      return { items, next: page.next };
    },

    async listPriceLines(after, signal) {
      const reference = await references.get(signal);
      const start = {
        set: PRICE_LINES,
        query: {
          $filter: ACTIVE_ITEMS,
          $orderby: "Price_List_Code,Line_No",
          $select: `${PRICE_LINE_FIELDS},Line_No`,
        },
      };
      const page = await client.readPage("pages", after ?? start, PRICE_LINES_PAGE_SIZE, signal);
      const items = client.decodeAs(PRICE_LINES, page.rows, z.array(keyedRow), (rows) =>
        rows.flatMap((row) => {
          const line = toPriceLine(row, reference, home);
          const key = `${row.Price_List_Code}/${String(row.Line_No)}`;
          return line === null ? [] : [{ key, line }];
        }),
      );
      return { items, next: page.next };
    },
  };
}

function toItem(product: CatalogueItem["product"], { Type, Blocked }: ItemCard): CatalogueItem {
  return { product, isListed: !Blocked && Type === KEPT_IN_STOCK };
}
