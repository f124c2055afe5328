import {
  parseDecimal,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  PLAIN_STOCK_POLICY,
  quantity,
  type StockPolicy,
} from "@crossdock/domain";
import {
  createInvoiceBook,
  createOrderBook,
  createShipmentBook,
  createStockBook,
} from "@crossdock/processes";
import { systemClock } from "@crossdock/runtime";
import type { BookedStock } from "@crossdock/source-contract";
import { openBooks, type OpenBooks } from "../testing/open-books.ts";
import { compareInventory } from "./inventory.ts";

const { signal } = new AbortController();
const each = (value: string) => quantity(parseDecimal(value), parseUomCode("EA"));
const SKU = parseSku("NG-10001");
const [EAST, WEST, OFFICE] = ["EAST", "WEST", "OFFICE"].map((code) => parseWarehouseCode(code));
type Code = NonNullable<typeof EAST>;

let books: OpenBooks;
beforeAll(async () => {
  books = await openBooks();
}, 60_000);
afterAll(() => books.close());

const booked = (warehouse: Code | undefined, pieces: string, waiting = "0"): BookedStock => ({
  warehouse: warehouse ?? ("" as Code),
  booked: each(pieces),
  waiting: each(waiting),
  received: each("0"),
});

/** What comparing finds where the warehouse has ten in EAST and is asked for EAST and WEST. */
async function differences(inBooks: readonly BookedStock[], stockPolicy: StockPolicy) {
  const { ledger } = books;
  const comparison = compareInventory({
    erp: {
      name: "erp",
      bookedStock: { readBookedStock: () => Promise.resolve([inBooks]) },
      orders: { readOrders: () => Promise.resolve([]) },
    },
    wms: {
      name: "wms",
      warehouses: {
        listWarehouses: () =>
          Promise.resolve(
            [EAST, WEST].flatMap((code) =>
              code === undefined ? [] : [{ code, name: code, address: null }],
            ),
          ),
      },
      stock: {
        readStock: () =>
          Promise.resolve([
            [
              {
                sku: SKU,
                warehouse: EAST as Code,
                onHand: each("10"),
                allocated: each("0"),
                inbound: each("0"),
              },
            ],
          ]),
      },
    },
    finance: { name: "finance" },
    ledger,
    orderBook: createOrderBook(ledger),
    shipmentBook: createShipmentBook(ledger),
    invoiceBook: createInvoiceBook(ledger),
    productBook: {
      readProducts: (skus: readonly unknown[]) => Promise.resolve(skus.map(() => null)),
    },
    stockBook: createStockBook(ledger),
    stockPolicy,
    clock: systemClock,
    settings: { days: 30, billedWithinMs: 0 },
  } as unknown as Parameters<typeof compareInventory>[0]);
  const keys = ["EAST", "WEST", "OFFICE"].map((code) => `${SKU}@${code}`);
  const found = await comparison.look(keys, signal);
  return found.map(({ key, kind, left, right }) => `${key} ${kind}: ${left}, ${right}`);
}

test("what the books have in a building where the warehouse has nothing is told; a location that is no warehouse is not", async () => {
  const inBooks = [booked(EAST, "12", "-2"), booked(WEST, "4"), booked(OFFICE, "7")];
  expect(await differences(inBooks, PLAIN_STOCK_POLICY)).toEqual([
    "NG-10001@WEST MISSING: 4 EA, 0 EA",
  ]);
});

test("stock that is a supplier's is in no books of the distributor's", async () => {
  const consigned: StockPolicy = {
    ...PLAIN_STOCK_POLICY,
    warehouses: { EAST: { ownership: "CONSIGNMENT", countsTowardsAtp: true } },
  };
  expect(await differences([], PLAIN_STOCK_POLICY)).toEqual(["NG-10001@EAST EXTRA: 0 EA, 10 EA"]);
  expect(await differences([], consigned)).toEqual([]);
});
