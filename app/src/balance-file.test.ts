import { readBalances } from "./balance-file.ts";

test("columns may come in any order, beside others, with a byte order mark", () => {
  const text =
    "\uFEFFWarehouse,Note, SKU ,quantity\r\nEAST,counted,NG-10001,12\r\nWEST,,NG-10001,0.50\r\n";
  expect(readBalances(text)).toEqual([
    { sku: "NG-10001", warehouse: "EAST", quantity: "12" },
    { sku: "NG-10001", warehouse: "WEST", quantity: "0.5" },
  ]);
});

test.each([
  ["sku,warehouse\nNG-1,EAST", "Line 2 does not have all of sku, warehouse, quantity."],
  ["sku,warehouse,quantity\nNG-1,EAST,many", "Line 2 has no number as quantity: many"],
  ["sku,warehouse,quantity\nNG-1,EAST,1\nNG-1,EAST,2", "Line 3 has NG-1 in EAST a second time."],
])("a file that cannot be read says which line: %j", (text, reason) => {
  expect(() => readBalances(text)).toThrow(reason);
});
