import {
  isPositive,
  parseCurrencyCode,
  parseCustomerNumber,
  type CurrencyCode,
  type Customer,
  type CustomerNumber,
} from "@crossdock/domain";
import type { CustomerReader } from "@crossdock/source-contract";
import { decimalField } from "@crossdock/source-http";
import { z } from "zod";
import type { BusinessCentralClient } from "./client.ts";
import { anyOf, chunk, MAX_KEYS_PER_FILTER } from "./odata.ts";
import { readTwice } from "./second-look.ts";
import { addressOf, optionalText, optionName } from "./wire-values.ts";

/** Where this company keeps its books. */
export type Home = {
  /** What a blank currency code stands for. */
  readonly currency: CurrencyCode;
  /** ISO 3166-1 alpha-2: what a blank country stands for. */
  readonly country: string;
};

/** The standard API does not tell a customer's price group: the published card has all we need. */
const SET = "CustomerCard";
const PAGE_SIZE = 500;
const FIELDS = [
  "No",
  "Name",
  "Blocked",
  "Customer_Price_Group",
  "Currency_Code",
  "Credit_Limit_LCY",
  "Address",
  "Address_2",
  "City",
  "County",
  "Post_Code",
  "Country_Region_Code",
].join(",");

const row = z.object({
  No: z.string(),
  Name: z.string(),
  Blocked: optionName,
  Customer_Price_Group: optionalText,
  Currency_Code: optionalText,
  Credit_Limit_LCY: decimalField,
  Address: optionalText,
  Address_2: optionalText,
  City: optionalText,
  County: optionalText,
  Post_Code: optionalText,
  Country_Region_Code: optionalText,
});

export function createCustomerReader(client: BusinessCentralClient, home: Home): CustomerReader {
  const decode = (rows: readonly unknown[]): Customer[] =>
    client.decodeAs(SET, rows, z.array(row), (cards) =>
      cards.map((card) => toCustomer(card, home)),
    );
  return {
    async readCustomers(numbers, signal) {
      const read = async (some: readonly CustomerNumber[]) => {
        const reads = chunk(some, MAX_KEYS_PER_FILTER).map((keys) => ({
          set: SET,
          query: { $filter: anyOf("No", keys), $select: FIELDS },
          only: { No: keys },
        }));
        return decode((await client.readAll("pages", reads, signal)).flat());
      };
      return readTwice(numbers, read, ({ number }) => number);
    },
    async listCustomers(after, signal) {
      const start = { set: SET, query: { $orderby: "No", $select: FIELDS } };
      const { rows, next } = await client.readPage("pages", after ?? start, PAGE_SIZE, signal);
      return { items: decode(rows), next };
    },
  };
}

function toCustomer(card: z.infer<typeof row>, home: Home): Customer {
  const address = addressOf(
    {
      name: card.Name,
      lines: [card.Address, card.Address_2],
      city: card.City,
      region: card.County,
      postalCode: card.Post_Code,
      country: card.Country_Region_Code,
    },
    home.country,
  );
  return {
    number: parseCustomerNumber(card.No),
    name: card.Name,
    // Blocked for shipping, invoicing or all: in each case no new order is taken.
    status: card.Blocked === "" ? "ACTIVE" : "ON_HOLD",
    currency: card.Currency_Code === null ? home.currency : parseCurrencyCode(card.Currency_Code),
    priceGroup: card.Customer_Price_Group,
    // The limit is in local currency, whatever the customer pays in; zero is none.
    creditLimit: isPositive(card.Credit_Limit_LCY)
      ? { amount: card.Credit_Limit_LCY, currency: home.currency }
      : null,
    shipToAddresses: address === null ? [] : [address],
  };
}
