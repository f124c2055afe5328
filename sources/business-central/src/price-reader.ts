import {
  money,
  parseCurrencyCode,
  parseCustomerNumber,
  parseSku,
  type PriceLine,
} from "@crossdock/domain";
import type { PriceReader } from "@crossdock/source-contract";
import { decimalField } from "@crossdock/source-http";
import { z } from "zod";
import type { BusinessCentralClient } from "./client.ts";
import type { Home } from "./customer-reader.ts";
import { allOf, anyOf, chunk, MAX_KEYS_PER_FILTER } from "./odata.ts";
import type { ReferenceData, ReferenceSource } from "./reference-data.ts";
import { optionalDate, optionalText, optionName } from "./wire-values.ts";

/** Published page 7005: the standard API has no price lists. */
export const PRICE_LINES = "PriceListLines";
export const PRICE_LINE_FIELDS = [
  "Price_List_Code",
  "Source_Type",
  "Source_No",
  "Asset_No",
  "Variant_Code",
  "Unit_of_Measure_Code",
  "Minimum_Quantity",
  "Amount_Type",
  "Currency_Code",
  "Unit_Price",
  "Starting_Date",
  "Ending_Date",
  "Line_Discount_Percent",
].join(",");
export const ACTIVE_ITEMS = "Status eq 'Active' and Asset_Type eq 'Item'";
const CUSTOMER = "Customer";
const PRICE_GROUP = "Customer_x0020_Price_x0020_Group";
const CAMPAIGN = "Campaign";
const EVERYONE = "All_x0020_Customers";

export const priceLineRow = z.object({
  Price_List_Code: z.string(),
  Source_Type: optionName,
  Source_No: z.string(),
  Asset_No: z.string(),
  Variant_Code: optionalText,
  Unit_of_Measure_Code: optionalText,
  Minimum_Quantity: decimalField,
  Amount_Type: optionName,
  Currency_Code: optionalText,
  Unit_Price: decimalField,
  Starting_Date: optionalDate,
  Ending_Date: optionalDate,
  Line_Discount_Percent: decimalField,
});
type Row = z.infer<typeof priceLineRow>;

export function createPriceReader(
  client: BusinessCentralClient,
  references: ReferenceSource,
  home: Home,
): PriceReader {
  return {
    async readPriceLines({ customer, skus }, signal) {
      if (skus.length === 0) return [];
      const reference = await references.get(signal);
      const sources = pricesOf(customer?.number ?? null, customer?.priceGroup ?? null);
      const reads = chunk(skus, MAX_KEYS_PER_FILTER).flatMap((keys) =>
        sources.map((source) => ({
          set: PRICE_LINES,
          query: {
            $filter: allOf(ACTIVE_ITEMS, anyOf("Asset_No", keys), filterOf(source)),
            $select: PRICE_LINE_FIELDS,
          },
          only: { Asset_No: keys, ...source },
        })),
      );
      const rows = (await client.readAll("pages", reads, signal)).flat();
      return client.decodeAs(PRICE_LINES, rows, z.array(priceLineRow), (lines) =>
        lines.map((line) => toPriceLine(line, reference, home)).filter((line) => line !== null),
      );
    },
  };
}

/** Whose prices: the values that a line may have, by property. */
type PricesOf = Readonly<Record<string, readonly string[]>>;

/** One for each kind of source: a filter cannot say "type A with number B, or type C". */
function pricesOf(customerNumber: string | null, priceGroup: string | null): PricesOf[] {
  if (customerNumber === null) return [{ Source_Type: [EVERYONE] }];
  const own = { Source_Type: [CUSTOMER], Source_No: [customerNumber] };
  const general = { Source_Type: [CAMPAIGN, EVERYONE] };
  return priceGroup === null
    ? [own, general]
    : [own, { Source_Type: [PRICE_GROUP], Source_No: [priceGroup] }, general];
}

const filterOf = (source: PricesOf) =>
  allOf(...Object.entries(source).map(([property, values]) => anyOf(property, values)));

/** @returns `null` for a line that sets no price of the item itself */
export function toPriceLine(line: Row, { uomOf }: ReferenceData, home: Home): PriceLine | null {
  const appliesTo = applies(line);
  // A discount-only line has a price of zero that must not win; a variant is another product.
  if (appliesTo === null || line.Amount_Type === "Discount" || line.Variant_Code !== null) {
    return null;
  }
  const currency =
    line.Currency_Code === null ? home.currency : parseCurrencyCode(line.Currency_Code);
  return {
    listCode: line.Price_List_Code,
    appliesTo,
    sku: parseSku(line.Asset_No),
    uom: line.Unit_of_Measure_Code === null ? null : uomOf(line.Unit_of_Measure_Code),
    minimumQuantity: line.Minimum_Quantity,
    unitPrice: money(line.Unit_Price, currency),
    discountPercent: line.Line_Discount_Percent,
    startsOn: line.Starting_Date,
    endsOn: line.Ending_Date,
  };
}

function applies({ Source_Type, Source_No }: Row): PriceLine["appliesTo"] | null {
  switch (Source_Type) {
    case "Customer":
      return { kind: "customer", customerNumber: parseCustomerNumber(Source_No) };
    case "Customer Price Group":
      return { kind: "priceGroup", priceGroup: Source_No };
    case "Campaign":
      return { kind: "campaign", campaign: Source_No };
    case "All Customers":
      return { kind: "everyone" };
    default:
      return null;
  }
}
