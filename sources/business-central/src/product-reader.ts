import {
  money,
  parseDecimal,
  parseSku,
  parseUomCode,
  quantity,
  isPositive,
  type Decimal,
  type LotTracking,
  type Product,
  type Sku,
  type UomCode,
} from "@crossdock/domain";
import type { ProductReader } from "@crossdock/source-contract";
import { decimalField } from "@crossdock/source-http";
import { z } from "zod";
import type { BusinessCentralClient } from "./client.ts";
import type { Home } from "./customer-reader.ts";
import { allOf, anyOf, chunk, inKeyOrder, MAX_KEYS_PER_FILTER, quote } from "./odata.ts";
import type { ReferenceSource } from "./reference-data.ts";
import { readTwice } from "./second-look.ts";
import { optionalText, optionName } from "./wire-values.ts";

/** Published page 30: the standard API tells neither tracking nor weight. */
export const CARDS = "ItemCard";
/** Published page 5404: the standard API has no conversion factors. */
export const UNITS = "ItemUnitsOfMeasure";
export const CARD_FIELDS = [
  "No",
  "Description",
  "Blocked",
  "Type",
  "Base_Unit_of_Measure",
  "GTIN",
  "Item_Tracking_Code",
  "Net_Weight",
  "Unit_Price",
].join(",");
const MAX_SEARCH_WORDS = 8;
const KILOGRAM = parseUomCode("KGM");
const ONE = parseDecimal("1");

const card = z.object({
  No: z.string(),
  Description: z.string(),
  Blocked: z.boolean(),
  Type: optionName,
  Base_Unit_of_Measure: z.string(),
  GTIN: optionalText,
  Item_Tracking_Code: optionalText,
  Net_Weight: decimalField,
  Unit_Price: decimalField,
});
export type ItemCard = z.infer<typeof card>;
const cardKey = card.pick({ No: true });
const unit = z.object({
  Item_No: z.string(),
  Code: z.string(),
  Qty_per_Unit_of_Measure: decimalField,
});
type ItemUnit = z.infer<typeof unit>;

/** How an item tracking code of the tenant is tracked, by its name; unknown names are not. */
export type TrackingCodes = Readonly<Record<string, LotTracking>>;

export type ProductReaderDeps = {
  readonly client: BusinessCentralClient;
  readonly references: ReferenceSource;
  readonly home: Home;
  readonly trackingCodes: TrackingCodes;
};

export function createProductReader(deps: ProductReaderDeps): ProductReader {
  const { client } = deps;

  const readBySku = async (skus: readonly Sku[], signal: AbortSignal): Promise<Product[]> => {
    const { cards, units } = await readCards(deps, skus, signal);
    return toProducts(deps, cards, units, signal, (product) => product);
  };

  return {
    async readProducts(skus, signal) {
      return readTwice(
        skus,
        (some) => readBySku(some, signal),
        ({ sku }) => sku,
      );
    },
    async listProducts({ search, after, limit }, signal) {
      const reads = searchFilters(search).map((filter) => ({
        set: CARDS,
        query: {
          $filter: allOf(
            "Blocked eq false",
            "Type eq 'Inventory'",
            after === null ? null : `No gt ${quote(after)}`,
            filter,
          ),
          $orderby: "No",
          $top: String(limit + 1),
          $select: "No",
        },
      }));
      const rows = (await client.readAll("pages", reads, signal)).flat();
      const found = client.decodeAs(CARDS, rows, z.array(cardKey), (keys) =>
        keys.map(({ No }) => parseSku(No)),
      );
      const skus = [...new Set(found)].sort();
      const page = skus.slice(0, limit);
      const products = inKeyOrder(page, await readBySku(page, signal), ({ sku }) => sku);
      return {
        items: products.filter((product) => product !== null),
        next: skus.length > limit ? (page.at(-1) ?? null) : null,
      };
    },
  };
}

/** Cards and units of items, as rows: one call however many items. */
export async function readCards(
  { client }: Pick<ProductReaderDeps, "client">,
  skus: readonly Sku[],
  signal: AbortSignal,
): Promise<{ readonly cards: unknown[]; readonly units: unknown[] }> {
  if (skus.length === 0) return { cards: [], units: [] };
  const chunks = chunk(skus, MAX_KEYS_PER_FILTER);
  const rows = await client.readAll(
    "pages",
    [
      ...chunks.map((keys) => ({
        set: CARDS,
        query: { $filter: anyOf("No", keys), $select: CARD_FIELDS },
        only: { No: keys },
      })),
      ...chunks.map((keys) => ({
        set: UNITS,
        query: { $filter: anyOf("Item_No", keys) },
        only: { Item_No: keys },
      })),
    ],
    signal,
  );
  return { cards: rows.slice(0, chunks.length).flat(), units: rows.slice(chunks.length).flat() };
}

/** @param present what the caller makes of an item and its card */
export async function toProducts<Shown>(
  { client, references, home, trackingCodes }: ProductReaderDeps,
  cards: readonly unknown[],
  units: readonly unknown[],
  signal: AbortSignal,
  present: (product: Product, card: ItemCard) => Shown,
): Promise<Shown[]> {
  if (cards.length === 0) return [];
  const { uomOf } = await references.get(signal);
  const unitsOf = new Map<string, ItemUnit[]>();
  for (const one of client.decode(UNITS, units, z.array(unit))) {
    const known = unitsOf.get(one.Item_No);
    if (known === undefined) unitsOf.set(one.Item_No, [one]);
    else known.push(one);
  }
  return client.decodeAs(CARDS, cards, z.array(card), (items) =>
    items.map((item) => {
      const ownUnits = unitsOf.get(item.No) ?? [];
      return present(toProduct(item, ownUnits, { uomOf, home, trackingCodes }), item);
    }),
  );
}

/**
 * Every word in the name, or the text in the sku: two reads, because a filter joins two fields by
 * `and` only. The search description is the name in capitals, made for this.
 */
function searchFilters(search: string | null): (string | null)[] {
  const words = (search ?? "")
    .toUpperCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [null];
  const inName = words
    .slice(0, MAX_SEARCH_WORDS)
    .map((word) => `contains(Search_Description, ${quote(word)})`);
  return [allOf(...inName), `contains(No, ${quote(words.join(" "))})`];
}

function toProduct(
  item: ItemCard,
  units: readonly ItemUnit[],
  {
    uomOf,
    home,
    trackingCodes,
  }: Pick<ProductReaderDeps, "home" | "trackingCodes"> & {
    readonly uomOf: (code: string) => UomCode;
  },
): Product {
  const others = units.filter(({ Code }) => Code !== item.Base_Unit_of_Measure);
  const conversion = (code: string, factor: Decimal) => ({ uom: uomOf(code), factor });
  return {
    sku: parseSku(item.No),
    name: item.Description,
    description: null,
    gtin: item.GTIN,
    baseUom: uomOf(item.Base_Unit_of_Measure),
    uoms: [
      conversion(item.Base_Unit_of_Measure, ONE),
      ...others.map(({ Code, Qty_per_Unit_of_Measure: factor }) => conversion(Code, factor)),
    ],
    tracking: trackingOf(item.Item_Tracking_Code, trackingCodes),
    weight: isPositive(item.Net_Weight) ? quantity(item.Net_Weight, KILOGRAM) : null,
    listPrice: money(item.Unit_Price, home.currency),
    isBlocked: item.Blocked,
  };
}

/** Tenants name these codes as they like; most begin as Microsoft's own samples do. */
function trackingOf(code: string | null, known: TrackingCodes): LotTracking {
  if (code === null) return "NONE";
  const named = known[code];
  if (named !== undefined) return named;
  if (code.startsWith("SN")) return "SERIAL";
  return code.startsWith("LOT") ? "LOT" : "NONE";
}
