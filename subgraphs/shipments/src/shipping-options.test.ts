import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  type Address,
  type Customer,
  type Product,
} from "@crossdock/domain";
import {
  SourceUnavailableError,
  type ParcelDraft,
  type ShippingOption,
} from "@crossdock/source-contract";
import { dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openShipmentBooks, type Quoting, type ShipmentBooks } from "./testing/books.ts";

const USD = parseCurrencyCode("USD");
const EA = parseUomCode("EA");
const ASK = `query ($input: ShippingOptionsInput!) { shippingOptions(input: $input) {
  options { carrier { scac name service } price { amount currency } estimatedDays }
  warehouse { id } provenance { source freshness } userErrors { code field } } }`;
const portal = viewerOf("portal", ["C10010"]);

const placeOf = (city: string): Address => ({
  name: null,
  lines: ["1 Pier Road"],
  city,
  region: "ME",
  postalCode: "04101",
  country: "US",
});
const bolt: Product = {
  sku: parseSku("NG-1"),
  name: "Bolt",
  description: null,
  gtin: null,
  baseUom: EA,
  uoms: [
    { uom: EA, factor: parseDecimal("1") },
    { uom: parseUomCode("BX"), factor: parseDecimal("12") },
  ],
  tracking: "NONE",
  weight: { value: parseDecimal("1"), uom: parseUomCode("KGM") },
  listPrice: { amount: parseDecimal("1"), currency: USD },
  isBlocked: false,
};
const harbor: Customer = {
  number: parseCustomerNumber("C10010"),
  name: "Harbor",
  status: "ACTIVE",
  currency: USD,
  priceGroup: null,
  creditLimit: null,
  shipToAddresses: [placeOf("Portland")],
};
const OPTION: ShippingOption = {
  carrier: { scac: "UPSN", name: "UPS" },
  service: "Ground",
  price: { amount: parseDecimal("12.50"), currency: USD },
  estimatedDays: 3,
};

const asked: ParcelDraft[] = [];
const state = { isDown: false };
const quoting: Quoting = {
  erp: {
    products: {
      readProducts: async (skus) => skus.map((sku) => (sku === bolt.sku ? bolt : null)),
    },
    customers: {
      readCustomers: async (numbers) =>
        numbers.map((number) => (number === harbor.number ? harbor : null)),
    },
  },
  wms: {
    warehouses: {
      listWarehouses: async () =>
        ["EAST", "WEST"].map((code) => ({
          code: parseWarehouseCode(code),
          name: code,
          address: placeOf(code),
        })),
    },
  },
  carrier: {
    name: "carrier",
    rates: {
      quote: async (draft) => {
        asked.push(draft);
        if (state.isDown) throw new SourceUnavailableError("carrier", "quote", "refused");
        return [OPTION];
      },
    },
  },
};

let books: ShipmentBooks;
beforeAll(async () => {
  books = await openShipmentBooks(quoting);
});
afterAll(() => books.close());
beforeEach(() => {
  asked.length = 0;
  state.isDown = false;
});

const ask = async (changes: object = {}, viewer = portal) => {
  const input = { customerId: "C10010", lines: [{ sku: "NG-1", quantity: "2", uom: "BX" }] };
  const result = await books.asker.ask(ASK, viewer, { input: { ...input, ...changes } });
  return dataOf(result)["shippingOptions"] as Record<string, unknown>;
};

test("goods have the options of the carriers, from the first warehouse to the account's first address", async () => {
  expect(await ask()).toEqual({
    options: [
      {
        carrier: { scac: "UPSN", name: "UPS", service: "Ground" },
        price: { amount: "12.50", currency: "USD" },
        estimatedDays: 3,
      },
    ],
    warehouse: { id: "EAST" },
    provenance: { source: "carrier", freshness: "LIVE" },
    userErrors: [],
  });
  expect(asked).toMatchObject([
    {
      shipFrom: { city: "EAST" },
      shipTo: { city: "Portland" },
      parcels: [{ weightGrams: 20_000 }, { weightGrams: 4_000 }],
    },
  ]);
});

test("the same goods are asked for once, and another address is another question", async () => {
  const shipTo = { lines: ["2 Mill Street"], city: "Bangor", region: "ME", country: "us" };
  await ask({ warehouse: "WEST", shipTo });
  expect(await ask({ warehouse: "WEST", shipTo })).toMatchObject({
    provenance: { freshness: "CACHED" },
  });
  expect(asked).toMatchObject([
    { shipFrom: { city: "WEST" }, shipTo: { city: "Bangor", country: "US" } },
  ]);
});

test("what is known stands in for carriers that are away; of what is not, nothing is said", async () => {
  await ask();
  state.isDown = true;
  books.restart();
  expect(await ask()).toEqual({
    options: null,
    warehouse: { id: "EAST" },
    provenance: null,
    userErrors: [],
  });
});

test("what does not go in parcels has no option, and nobody is asked", async () => {
  expect(await ask({ lines: [{ sku: "NG-1", quantity: "151" }] })).toMatchObject({ options: [] });
  expect(asked).toEqual([]);
});

test("all that is wrong is told at once, and nobody is asked", async () => {
  const lines = [
    { sku: "NG-NONE", quantity: "1" },
    { sku: "NG-1", quantity: "0.5" },
    { sku: "NG-1", quantity: "1", uom: "PF" },
  ];
  const shipTo = { lines: [], city: "X", country: "USA" };
  expect(await ask({ warehouse: "MOON", lines, shipTo })).toEqual({
    options: null,
    warehouse: null,
    provenance: null,
    userErrors: [
      { code: "INVALID_ADDRESS", field: ["shipTo", "lines"] },
      { code: "INVALID_ADDRESS", field: ["shipTo", "country"] },
      { code: "UNKNOWN_SKU", field: ["lines", "0", "sku"] },
      { code: "INVALID_QUANTITY", field: ["lines", "1", "quantity"] },
      { code: "INVALID_UOM", field: ["lines", "2", "uom"] },
      { code: "UNKNOWN_WAREHOUSE", field: ["warehouse"] },
    ],
  });
  expect(await ask({ lines: [] })).toMatchObject({ userErrors: [{ code: "EMPTY_ORDER" }] });
  const many = Array.from({ length: 501 }, () => ({ sku: "NG-1", quantity: "1" }));
  expect(await ask({ lines: many })).toMatchObject({ userErrors: [{ code: "TOO_MANY_LINES" }] });
  expect(asked).toEqual([]);
});

test("somebody else's account is no account", async () => {
  const stranger = viewerOf("portal", ["C10020"]);
  expect(await ask({}, stranger)).toMatchObject({ userErrors: [{ code: "UNKNOWN_CUSTOMER" }] });
  expect(asked).toEqual([]);
});
