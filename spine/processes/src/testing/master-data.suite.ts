import {
  instantOf,
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseSku,
  parseUomCode,
  quantity,
  zeroQuantity,
  parseWarehouseCode,
  type Customer,
  type PriceLine,
  type Product,
} from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { createFixedClock } from "@crossdock/runtime";
import { createCustomerBook, saveCustomers } from "../customer-book-postgres.ts";
import { HISTORY_READ } from "../history.ts";
import { markGone, namesNotInBook } from "../master-data-rows.ts";
import { createPriceBook, removeOtherPriceLines, savePriceLines } from "../price-book-postgres.ts";
import { createProductBook, saveProducts, type ReadItem } from "../product-book-postgres.ts";
import { saveToldStock } from "../stock-book-postgres.ts";

const EA = parseUomCode("EA");
const USD = parseCurrencyCode("USD");
const NOON = instantOf(new Date("2026-11-21T12:00:00Z"));
const ONE = instantOf(new Date("2026-11-21T13:00:00Z"));
const TWO = instantOf(new Date("2026-11-21T14:00:00Z"));
const STALE_AFTER_MS = 60_000;

const sku = (number: number) => parseSku(`NG-${String(number)}`);
const product = (number: number, name: string): Product => ({
  sku: sku(number),
  name,
  description: null,
  gtin: null,
  baseUom: EA,
  uoms: [{ uom: EA, factor: parseDecimal("1") }],
  tracking: "NONE",
  weight: { value: parseDecimal("0.250"), uom: parseUomCode("KGM") },
  listPrice: { amount: parseDecimal("12.340"), currency: USD },
  isBlocked: false,
});
const item = (number: number, name: string, more: Partial<ReadItem> = {}): ReadItem => ({
  product: product(number, name),
  isListed: true,
  modifiedAt: null,
  ...more,
});
const customer = (number: string, name = "A customer"): Customer => ({
  number: parseCustomerNumber(number),
  name,
  status: "ACTIVE",
  currency: USD,
  priceGroup: "RETAIL",
  creditLimit: { amount: parseDecimal("100.50"), currency: USD },
  shipToAddresses: [],
});
const line = (appliesTo: PriceLine["appliesTo"], amount = "9.99", number = 1): PriceLine => ({
  listCode: "L",
  appliesTo,
  sku: sku(number),
  uom: null,
  minimumQuantity: parseDecimal("0"),
  unitPrice: { amount: parseDecimal(amount), currency: USD },
  discountPercent: parseDecimal("0"),
  startsOn: null,
  endsOn: null,
});
const ownOf = (number: string): PriceLine["appliesTo"] => ({
  kind: "customer",
  customerNumber: parseCustomerNumber(number),
});

/** What holds of the master data books on both stores. */
export function masterDataSuite(open: () => Promise<Ledger>): void {
  let ledger: Ledger;
  const clock = createFixedClock(TWO);
  const books = () => {
    const options = { ledger, source: "erp", clock, staleAfterMs: STALE_AFTER_MS };
    return {
      products: createProductBook(options),
      customers: createCustomerBook(options),
      prices: createPriceBook(options),
    };
  };
  const within = <Result>(work: (trx: LedgerTransaction) => Promise<Result>) =>
    ledger.transaction(work);
  const mark = (feed: string, at: string) =>
    ledger.db
      .insertInto("feed_watermarks")
      .values({ feed, watermark: at, swept_at: at })
      .onConflict((conflict) => conflict.column("feed").doUpdateSet({ swept_at: at }))
      .execute();
  const listed = async (
    filter: Parameters<ReturnType<typeof books>["products"]["listProducts"]>[0],
  ) =>
    (await books().products.listProducts(filter, { after: null, first: 100 })).map(
      ({ document }) => document.sku,
    );

  beforeAll(async () => {
    ledger = await open();
  });
  beforeEach(async () => {
    for (const table of [
      "product_book",
      "customer_book",
      "price_book",
      "stock_book",
      "feed_watermarks",
    ] as const) {
      await ledger.db.deleteFrom(table).execute();
    }
  });

  test("what is new or other is told once, what is as it was is not", async () => {
    const save = (items: readonly ReadItem[]) => within((trx) => saveProducts(trx, items, NOON));
    expect(await save([item(1, "Hex Bolt"), item(2, "Glove")])).toEqual([sku(1), sku(2)]);
    expect(await save([item(1, "Hex Bolt"), item(2, "Glove")])).toEqual([]);
    expect(await save([item(1, "Hex Bolt M8"), item(2, "Glove")])).toEqual([sku(1)]);
    expect(await save([item(2, "Glove", { isListed: false })])).toEqual([sku(2)]);
    const same = { ...customer("C1"), creditLimit: null };
    const saveCustomer = (one: Customer) =>
      within((trx) => saveCustomers(trx, [{ customer: one, modifiedAt: null }], NOON));
    expect(await saveCustomer(customer("C1"))).toEqual(["C1"]);
    expect(await saveCustomer(customer("C1"))).toEqual([]);
    expect(await saveCustomer(same)).toEqual(["C1"]);
  });

  test("a document reads as it was written, to the last digit", async () => {
    await within((trx) => saveProducts(trx, [item(1, "Hex Bolt")], NOON));
    await within((trx) =>
      saveCustomers(trx, [{ customer: customer("C1"), modifiedAt: null }], NOON),
    );
    const { products, customers } = books();
    const [read, none] = await products.readProducts([sku(1), sku(9)]);
    expect(read?.document).toEqual(product(1, "Hex Bolt"));
    expect(none).toBeNull();
    const [account] = await customers.readCustomers([parseCustomerNumber("C1")]);
    expect(account?.document).toEqual(customer("C1"));
  });

  test("a record is as old as the last whole look, or its own reading; stale when nobody looks", async () => {
    await within((trx) => saveProducts(trx, [item(1, "Hex Bolt")], NOON));
    const provenance = async () => (await books().products.readProducts([sku(1)]))[0]?.provenance;
    expect(await provenance()).toEqual({ source: "erp", asOf: NOON, freshness: "STALE" });
    await mark("erp-product", TWO);
    expect(await provenance()).toEqual({ source: "erp", asOf: TWO, freshness: "CACHED" });
    clock.advance(STALE_AFTER_MS + 1);
    expect(await provenance()).toEqual({ source: "erp", asOf: TWO, freshness: "STALE" });
  });

  test("a book is loaded when its first load has ended, and stays so", async () => {
    const { products } = books();
    expect(await products.isLoaded()).toBe(false);
    await mark(`erp-product${HISTORY_READ}`, NOON);
    expect(await products.isLoaded()).toBe(true);
  });

  test("names that the book has as they were changed are not read again", async () => {
    const at = { key: sku(1), modifiedAt: NOON };
    const unknown = () => namesNotInBook(ledger.db, "product", [at]);
    expect(await unknown()).toEqual([sku(1)]);
    // A full load does not tell when it was changed.
    await within((trx) => saveProducts(trx, [item(1, "Hex Bolt")], NOON));
    expect(await unknown()).toEqual([sku(1)]);
    const again = [item(1, "Hex Bolt", { modifiedAt: NOON })];
    expect(await within((trx) => saveProducts(trx, again, NOON))).toEqual([]);
    expect(await unknown()).toEqual([]);
    await within((trx) => saveProducts(trx, [item(1, "Hex Bolt")], ONE));
    expect(await unknown()).toEqual([]);
  });

  test("what a whole load did not meet is gone, but not what was read since it began", async () => {
    await within((trx) =>
      saveProducts(
        trx,
        [1, 2, 3].map((at) => item(at, "Bolt")),
        NOON,
      ),
    );
    await within((trx) => saveProducts(trx, [item(4, "Bolt")], TWO));
    const load = { startedAt: ONE, at: TWO };
    const met = new Set<string>([sku(1), sku(3)]);
    const gone = () => within((trx) => markGone(trx, "product", met, load));
    expect(await gone()).toEqual([sku(2)]);
    expect(await gone()).toEqual([]);
    expect(await listed({})).toEqual([sku(1), sku(3), sku(4)]);
    expect(await books().products.readProducts([sku(2)])).toEqual([null]);
    expect(await within((trx) => saveProducts(trx, [item(2, "Bolt")], TWO))).toEqual([sku(2)]);
    expect(await listed({})).toEqual([1, 2, 3, 4].map(sku));
  });

  test("a load that misses most of what is known is not believed", async () => {
    await within((trx) =>
      saveProducts(
        trx,
        [1, 2, 3].map((at) => item(at, "Bolt")),
        NOON,
      ),
    );
    const load = { startedAt: ONE, at: TWO };
    const none = () => within((trx) => markGone(trx, "product", new Set([sku(1)]), load));
    await expect(none()).rejects.toMatchObject({ name: "ImplausibleLoadError" });
    expect(await listed({})).toHaveLength(3);
  });

  test("a search finds every word in any case and order, within words and in the sku", async () => {
    const names = ["Hex Bolt M8", "Bolt cutter", "Eyebolt", "Glove 100%", "Überwurf"];
    await within((trx) =>
      saveProducts(
        trx,
        names.map((name, at) => item(at + 1, name)),
        NOON,
      ),
    );
    expect(await listed({ search: "bolt" })).toEqual([1, 2, 3].map(sku));
    expect(await listed({ search: " BOLT  hex" })).toEqual([sku(1)]);
    expect(await listed({ search: "m8" })).toEqual([sku(1)]);
    expect(await listed({ search: "ng-4" })).toEqual([sku(4)]);
    expect(await listed({ search: "100%" })).toEqual([sku(4)]);
    expect(await listed({ search: "über" })).toEqual([sku(5)]);
    expect(await listed({ search: "b_lt" })).toEqual([]);
    expect(await listed({ search: "o'neil \\ \u0000" })).toEqual([]);
    expect(await listed({ search: "  " })).toHaveLength(5);
  });

  test("pages join by sku, blocked items and services are in none of them", async () => {
    const items = Array.from({ length: 30 }, (_, at) => item(100 + at, "Bolt"));
    const hidden = [
      item(99, "Service", { isListed: false }),
      item(115, "Bolt", { isListed: false }),
    ];
    await within((trx) => saveProducts(trx, items, NOON));
    await within((trx) => saveProducts(trx, hidden, NOON));
    const { products } = books();
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const page = await products.listProducts({}, { after, first: 7 });
      seen.push(...page.map(({ document }) => document.sku));
      if (page.length < 7) break;
      after = page.at(-1)?.document.sku ?? null;
    }
    const wanted = items.map((one) => one.product.sku).filter((one) => one !== sku(115));
    expect(seen).toEqual(wanted);
    expect(await products.countProducts({}, 1_000)).toBe(29);
    expect(await products.countProducts({}, 10)).toBe(10);
    const named = { skus: [sku(110), sku(99), sku(777)] };
    expect(await listed(named)).toEqual([sku(110)]);
  });

  test("in stock is what can be promised somewhere, less what is held", async () => {
    await within((trx) =>
      saveProducts(
        trx,
        [1, 2, 3, 4].map((at) => item(at, "Bolt")),
        NOON,
      ),
    );
    const each = (value: number) => quantity(parseDecimal(String(value)), EA);
    const level = (number: number, onHand: number, allocated: number, held: number) => ({
      level: {
        sku: sku(number),
        warehouse: parseWarehouseCode("EAST"),
        onHand: each(onHand),
        allocated: each(allocated),
        inbound: zeroQuantity(EA),
      },
      held: each(held),
      lastMovement: 0,
      readAt: NOON,
    });
    await within((trx) =>
      saveToldStock(trx, [level(1, 5, 2, 2), level(2, 5, 2, 3), level(3, 5, 9, 0)]),
    );
    expect(await listed({ inStock: true })).toEqual([sku(1)]);
    expect(await listed({ inStock: false })).toEqual([2, 3, 4].map(sku));
  });

  test("an agreement is told to whom it holds for, and to nobody else", async () => {
    const lines = [
      { key: "A/1", line: line(ownOf("C1"), "1") },
      { key: "B/1", line: line(ownOf("C2"), "2") },
      { key: "C/1", line: line({ kind: "priceGroup", priceGroup: "RETAIL" }, "3") },
      { key: "D/1", line: line({ kind: "priceGroup", priceGroup: "WHOLESALE" }, "4") },
      { key: "E/1", line: line({ kind: "campaign", campaign: "SPRING" }, "5") },
      { key: "F/1", line: line({ kind: "everyone" }, "6") },
      { key: "G/1", line: line(ownOf("C1"), "7", 2) },
    ];
    expect(await within((trx) => savePriceLines(trx, lines, NOON))).toEqual([sku(1), sku(2)]);
    const amounts = async (who: string | null, priceGroup: string | null) => {
      const account = who === null ? null : { number: parseCustomerNumber(who), priceGroup };
      const read = await books().prices.readPriceLines({ customer: account, skus: [sku(1)] });
      return read.lines.map(({ unitPrice }) => unitPrice.amount).sort();
    };
    expect(await amounts("C1", "RETAIL")).toEqual(["1", "3", "5", "6"]);
    expect(await amounts("C2", null)).toEqual(["2", "5", "6"]);
    expect(await amounts("C3", "WHOLESALE")).toEqual(["4", "5", "6"]);
    expect(await amounts(null, null)).toEqual(["6"]);
  });

  test("a price that changed, moved to another item, or ended names the items", async () => {
    const keyed = (key: string, amount: string, number = 1) => ({
      key,
      line: line({ kind: "everyone" }, amount, number),
    });
    const save = (...lines: ReturnType<typeof keyed>[]) =>
      within((trx) => savePriceLines(trx, lines, NOON));
    await save(keyed("A/1", "1"), keyed("A/2", "2"), keyed("A/3", "3", 3));
    expect(await save(keyed("A/1", "1"), keyed("A/2", "2.50"))).toEqual([sku(1)]);
    expect([...(await save(keyed("A/1", "1", 2)))].sort()).toEqual([sku(1), sku(2)]);
    const others = (...met: string[]) => within((trx) => removeOtherPriceLines(trx, new Set(met)));
    expect(await others("A/1", "A/2", "A/3")).toEqual([]);
    expect(await others("A/1", "A/2")).toEqual([sku(3)]);
    await expect(others()).rejects.toMatchObject({ name: "ImplausibleLoadError" });
  });
}
