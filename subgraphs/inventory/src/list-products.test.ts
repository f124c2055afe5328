import { codesOf, dataOf } from "@crossdock/subgraph-kit/testing";
import { catalogue, skuOf } from "./testing/catalogue.ts";
import { openInventory, type InventoryStand } from "./testing/stand.ts";

let stand: InventoryStand;
beforeAll(async () => {
  stand = await openInventory();
}, 30_000);
afterAll(() => stand.close());

const LIST = `query($first: Int, $after: String, $filter: ProductFilter) {
  products(first: $first, after: $after, filter: $filter) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { sku } } } }`;

async function listAll(
  { ask }: ReturnType<InventoryStand["start"]>,
  first: number,
  filter: object,
  cursorOf: "endCursor" | "edge" = "endCursor",
): Promise<{ skus: string[]; pages: number }> {
  const skus: string[] = [];
  let after: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const { products } = dataOf(await ask(LIST, { first, after, filter }));
    skus.push(...products.edges.map(({ node }: { node: { sku: string } }) => node.sku));
    if (!products.pageInfo.hasNextPage) return { skus, pages };
    after = cursorOf === "edge" ? products.edges.at(-1).cursor : products.pageInfo.endCursor;
  }
}

test("pages of the catalogue join without a hole or a double, whatever their size", async () => {
  for (const first of [1, 7, 25, 40, 100]) {
    for (const cursorOf of ["endCursor", "edge"] as const) {
      const { skus } = await listAll(stand.start(), first, {}, cursorOf);
      expect(skus).toEqual(catalogue.map(({ sku }) => sku));
    }
  }
});

test("a page of the catalogue with its stock is one call to each source", async () => {
  const { ask, calls } = stand.start();
  const result = await ask("{ products { edges { node { name availableToPromise { value } } } } }");
  expect(dataOf(result).products.edges).toHaveLength(20);
  expect(calls).toEqual(["listProducts(20)", "readStock(20)"]);
});

test("a page can be resumed from any of its edges", async () => {
  const { ask } = stand.start();
  const { products } = dataOf(await ask(LIST, { first: 10 }));
  const after = products.edges[3].cursor;
  const rest = dataOf(await ask(LIST, { first: 3, after })).products;
  expect(rest.edges.map(({ node }: { node: object }) => node)).toEqual(
    [4, 5, 6].map((index) => ({ sku: skuOf(index) })),
  );
  expect(rest.pageInfo.hasPreviousPage).toBe(true);
});

test("filters hold together: words, skus and stock", async () => {
  const gloves = await listAll(stand.start(), 4, { search: "Safety glove" });
  expect(gloves.skus).toEqual([0, 10, 20, 30, 40, 50].map(skuOf));
  const inStock = await listAll(stand.start(), 9, { inStock: true });
  expect(inStock.skus).toEqual(
    catalogue.map(({ sku }) => sku).filter((_, index) => index % 2 === 0),
  );
  const named = await listAll(stand.start(), 1, {
    skus: ["NG-10011", "NG-10010", "NG-99999", "NG-10010"],
    search: "glove",
    inStock: true,
  });
  expect(named).toEqual({ skus: ["NG-10010"], pages: 1 });
});

test("a page that is asked for wrongly is refused", async () => {
  const { ask } = stand.start();
  for (const variables of [{ first: 0 }, { first: 101 }, { first: 5, after: "rubbish" }]) {
    expect(codesOf(await ask(LIST, variables))).toEqual(["BAD_USER_INPUT"]);
  }
});
