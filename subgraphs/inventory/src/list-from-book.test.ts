import { instantOf, type Product } from "@crossdock/domain";
import { HISTORY_READ, saveProducts, tellStockReadings } from "@crossdock/processes";
import { codesOf, dataOf } from "@crossdock/subgraph-kit/testing";
import { catalogue, positionsOf, skuOf } from "./testing/catalogue.ts";
import { openInventory, type InventoryStand } from "./testing/stand.ts";

let stand: InventoryStand;
beforeAll(async () => {
  stand = await openInventory();
  await fill(catalogue);
  await markRead("erp-product");
  await markRead(`erp-product${HISTORY_READ}`);
}, 30_000);
afterAll(() => stand.close());

const LIST = `query($first: Int, $after: String, $filter: ProductFilter) {
  products(first: $first, after: $after, filter: $filter) {
    pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { sku } } } }`;
const NAMES = `{ products(filter: { search: "glove" }) {
  totalCount edges { node { sku name uoms { uom factor } provenance { source asOf freshness } } } } }`;

async function fill(products: readonly Product[], isListed = true): Promise<void> {
  const items = products.map((product) => ({ product, isListed, modifiedAt: null }));
  await stand.ledger.transaction((trx) => saveProducts(trx, items, stand.clock.now()));
}

async function markRead(feed: string): Promise<void> {
  const at = stand.clock.now();
  await stand.ledger.db
    .insertInto("feed_watermarks")
    .values({ feed, watermark: at, swept_at: at })
    .onConflict((conflict) => conflict.column("feed").doUpdateSet({ swept_at: at }))
    .execute();
}

async function listAll(
  { ask }: ReturnType<InventoryStand["start"]>,
  first: number,
  filter: object,
  cursorOf: "endCursor" | "edge" = "endCursor",
): Promise<string[]> {
  const skus: string[] = [];
  for (let after: string | null = null; ;) {
    const { products } = dataOf(await ask(LIST, { first, after, filter }));
    skus.push(...products.edges.map(({ node }: { node: { sku: string } }) => node.sku));
    if (!products.pageInfo.hasNextPage) return skus;
    after = cursorOf === "edge" ? products.edges.at(-1).cursor : products.pageInfo.endCursor;
  }
}

test("pages join without a hole or a double, and the ERP is not asked", async () => {
  for (const first of [1, 7, 40, 100]) {
    for (const cursorOf of ["endCursor", "edge"] as const) {
      const asker = stand.start();
      expect(await listAll(asker, first, {}, cursorOf)).toEqual(catalogue.map(({ sku }) => sku));
      expect(asker.calls).toEqual([]);
    }
  }
});

test("a page shows what the book has of each item, with its age, and how many there are", async () => {
  const { ask, calls } = stand.start();
  const { products } = dataOf(await ask(NAMES));
  expect(products.totalCount).toBe(6);
  expect(products.edges[0].node).toEqual({
    sku: "NG-10000",
    name: "Safety glove 0",
    uoms: [
      { uom: "EA", factor: "1" },
      { uom: "BX", factor: "12" },
    ],
    provenance: { source: "erp", asOf: stand.clock.now(), freshness: "CACHED" },
  });
  expect(calls).toEqual([]);
});

test("a cursor of the ERP's listing goes on where it was", async () => {
  const { ask } = stand.start();
  const position = { page: "NG-10020", taken: 3, sku: skuOf(23) };
  const after = Buffer.from(JSON.stringify(position)).toString("base64url");
  const { products } = dataOf(await ask(LIST, { first: 2, after }));
  expect(products.edges.map(({ node }: { node: object }) => node)).toEqual(
    [24, 25].map((index) => ({ sku: skuOf(index) })),
  );
  expect(products.pageInfo.hasPreviousPage).toBe(true);
});

test("what is in stock is asked of the warehouse until the stock book has all of it, then of the book", async () => {
  const inStock = catalogue.map(({ sku }) => sku).filter((_, index) => index % 2 === 0);
  const before = stand.start();
  expect(await listAll(before, 50, { inStock: true })).toEqual(inStock);
  expect(before.calls).toEqual(["readStock(60)"]);

  await stand.ledger.transaction(async (trx) => {
    const at = stand.clock.now();
    const readings = catalogue
      .flatMap(({ sku }) => positionsOf(sku))
      .map((level) => ({ level, movements: [], askedAt: at, answeredAt: instantOf(new Date(at)) }));
    await tellStockReadings(trx, readings, "wms-stock");
  });
  await markRead(`wms-stock${HISTORY_READ}`);
  const asker = stand.start();
  expect(await listAll(asker, 7, { inStock: true })).toEqual(inStock);
  expect(await listAll(asker, 7, { inStock: false, search: "bolt" })).toHaveLength(30);
  const named = { skus: ["NG-10011", "NG-10010", "NG-99999"], search: "glove", inStock: true };
  expect(await listAll(asker, 1, named)).toEqual(["NG-10010"]);
  expect(asker.calls).toEqual([]);
});

test("with the ERP away the catalogue and its items answer, stale once nobody has heard of it", async () => {
  stand.clock.advance(121_000);
  const { ask, calls } = stand.start(true);
  const { products } = dataOf(await ask(NAMES));
  expect(products.edges).toHaveLength(6);
  const { freshness, asOf } = products.edges[0].node.provenance;
  expect([freshness, Date.parse(stand.clock.now()) - Date.parse(asOf)]).toEqual(["STALE", 121_000]);
  expect(calls).toEqual([]);
  const one = await ask(`{ product(sku: "NG-10010") { name provenance { freshness } } }`);
  expect(dataOf(one).product).toEqual({
    name: "Safety glove 10",
    provenance: { freshness: "STALE" },
  });
  await markRead("erp-product");
});

test("an item that is blocked leaves the listing and can still be looked up", async () => {
  const blocked = catalogue.slice(50, 51).map((one) => ({ ...one, isBlocked: true }));
  await fill(blocked, false);
  expect(await listAll(stand.start(), 100, {})).not.toContain(skuOf(50));
  await fill(catalogue.slice(50, 51));
  expect(await listAll(stand.start(), 100, {})).toContain(skuOf(50));
});

test("a page that is asked for wrongly is refused", async () => {
  const { ask } = stand.start();
  const wrong = [{ first: 0 }, { first: 101 }, { first: 5, after: "rubbish" }];
  for (const variables of [...wrong, { filter: { skus: [""] } }]) {
    expect(codesOf(await ask(LIST, variables))).toEqual(["BAD_USER_INPUT"]);
  }
});
