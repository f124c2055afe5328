import { codesOf, dataOf } from "@crossdock/subgraph-kit/testing";
import { catalogue } from "./testing/catalogue.ts";
import { openInventory, type InventoryStand } from "./testing/stand.ts";

let stand: InventoryStand;
beforeAll(async () => {
  stand = await openInventory();
}, 30_000);
afterAll(() => stand.close());

test("a product tells its item and its stock, in exact text", async () => {
  const { ask } = stand.start();
  const result = await ask(`{ product(sku: "NG-10010") {
    id sku name baseUom tracking uoms { uom factor } weight { value uom }
    availableToPromise { value uom } provenance { source asOf freshness }
    inventory(warehouse: "EAST") {
      id onHand { value } allocated { value } availableToPromise { value }
      warehouse { id code name } product { name } provenance { source freshness }
    } } }`);
  expect(dataOf(result).product).toEqual({
    id: "NG-10010",
    sku: "NG-10010",
    name: "Safety glove 10",
    baseUom: "EA",
    tracking: "NONE",
    uoms: [
      { uom: "EA", factor: "1" },
      { uom: "BX", factor: "12" },
    ],
    weight: { value: "0.25", uom: "KGM" },
    availableToPromise: { value: "12", uom: "EA" },
    provenance: { source: "erp", asOf: "2026-11-21T08:00:00.000Z", freshness: "LIVE" },
    inventory: [
      {
        id: "NG-10010@EAST",
        onHand: { value: "10" },
        allocated: { value: "2" },
        availableToPromise: { value: "8" },
        warehouse: { id: "EAST", code: "EAST", name: "East Coast" },
        product: { name: "Safety glove 10" },
        provenance: { source: "wms", freshness: "LIVE" },
      },
    ],
  });
});

test("an unknown product and an id that cannot be one are both null", async () => {
  const { ask } = stand.start();
  const query = "query($id: ID) { product(id: $id) { id } }";
  for (const id of ["NG-99999", "", "<script>", "x".repeat(500)]) {
    expect(dataOf(await ask(query, { id })).product).toBeNull();
  }
  expect(codesOf(await ask("{ product { id } }"))).toEqual(["BAD_USER_INPUT"]);
});

test("nobody sees the catalogue without saying who they are", async () => {
  const { ask, calls } = stand.start();
  expect(codesOf(await ask("{ warehouses { code } }", {}, null))).toEqual(["UNAUTHENTICATED"]);
  expect(calls).toEqual([]);
});

test("availability is one read of the warehouse, whatever the number of skus", async () => {
  const { ask, calls } = stand.start();
  const skus = catalogue.map(({ sku }) => sku);
  const result = await ask(
    'query($skus: [String!]!) { availability(skus: $skus, warehouse: "WEST") { id product { name } warehouse { name } } }',
    { skus: [...skus, "NG-99999"] },
  );
  expect(dataOf(result).availability).toHaveLength(30);
  expect(calls.sort()).toEqual(["listWarehouses(0)", "readProducts(30)", "readStock(61)"]);
});

test("stock can be told while the ERP is down", async () => {
  const { ask } = stand.start(true);
  const stock = await ask(
    '{ availability(skus: ["NG-10010"]) { product { sku } onHand { value } } }',
  );
  expect(dataOf(stock).availability).toHaveLength(2);
  const item = await ask('{ product(sku: "NG-10010") { name } }');
  expect(codesOf(item)).toEqual(["SOURCE_UNAVAILABLE"]);
});

test("malformed and too many skus are the caller's mistake", async () => {
  const { ask } = stand.start();
  const query = "query($skus: [String!]!) { availability(skus: $skus) { id } }";
  expect(codesOf(await ask(query, { skus: ["<>"] }))).toEqual(["BAD_USER_INPUT"]);
  const many = Array.from({ length: 201 }, (_, index) => `A${String(index)}`);
  expect(codesOf(await ask(query, { skus: many }))).toEqual(["BAD_USER_INPUT"]);
});

test("the products of 50 order lines are one read of each source", async () => {
  const { ask, calls } = stand.start();
  const representations = catalogue
    .slice(0, 50)
    .flatMap(({ sku }) => [sku, sku])
    .map((id) => ({ __typename: "Product", id }));
  const result = await ask(
    `query($r: [_Any!]!) { _entities(representations: $r) {
      ... on Product { name availableToPromise { value } inventory { warehouse { name } } } } }`,
    { r: representations },
  );
  expect(dataOf(result)._entities).toHaveLength(100);
  expect(calls.sort()).toEqual(["listWarehouses(0)", "readProducts(50)", "readStock(50)"]);
});

test("positions and warehouses are found by their keys", async () => {
  const { ask } = stand.start();
  const result = await ask(
    `query($r: [_Any!]!) { _entities(representations: $r) {
      ... on Warehouse { name } ... on InventoryPosition { onHand { value } } } }`,
    {
      r: [
        { __typename: "Warehouse", code: "WEST" },
        { __typename: "Warehouse", id: "NOWHERE" },
        { __typename: "InventoryPosition", id: "NG-10010@EAST" },
        { __typename: "InventoryPosition", id: "NG-10010" },
      ],
    },
  );
  expect(dataOf(result)._entities).toEqual([
    { name: "West Coast" },
    null,
    { onHand: { value: "10" } },
    null,
  ]);
});
