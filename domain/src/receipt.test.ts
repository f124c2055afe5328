import { parseDecimal } from "./decimal.ts";
import { parseReceiptId, parseSku, parseWarehouseCode } from "./identifiers.ts";
import { parseUomCode, quantity } from "./quantity.ts";
import {
  discrepanciesOf,
  inboundOf,
  isSameReceipt,
  mergeReceipt,
  type Receipt,
  type ReceiptLine,
} from "./receipt.ts";
import { parseInstant, parseLocalDate } from "./time.ts";

const each = (digits: number) => quantity(parseDecimal(String(digits)), parseUomCode("EA"));
const line = (expected: number, received: number, stowed: number, sku = "NG-1"): ReceiptLine => ({
  sku: parseSku(sku),
  expected: each(expected),
  received: each(received),
  stowed: each(stowed),
});

function receipt(
  status: Receipt["status"],
  lines: readonly ReceiptLine[],
  modifiedAt = "2026-11-21T08:00:00Z",
): Receipt {
  return {
    id: parseReceiptId("400001"),
    warehouse: parseWarehouseCode("EAST"),
    purchaseOrder: null,
    key: null,
    status,
    expectedOn: parseLocalDate("2026-12-01"),
    lines,
    modifiedAt: parseInstant(modifiedAt),
  };
}

test.each([
  [line(40, 40, 40), []],
  [line(40, 38, 38), [["SHORT", "40", "38"]]],
  [line(40, 41, 41), [["OVER", "40", "41"]]],
  [line(40, 40, 39), [["DAMAGED", "40", "39"]]],
  [
    line(40, 38, 37),
    [
      ["SHORT", "40", "38"],
      ["DAMAGED", "38", "37"],
    ],
  ],
  [line(40, 0, 0), [["SHORT", "40", "0"]]],
])("%j differs in %j from what was announced", (came, wanted) => {
  const found = discrepanciesOf(receipt("RECEIVED", [came]));
  expect(
    found.map(({ difference, expected, actual }) => [difference, expected.value, actual.value]),
  ).toEqual(wanted);
});

test("while goods are still to come nothing differs, and of what was taken back nothing ever does", () => {
  for (const status of ["ANNOUNCED", "ARRIVED", "CANCELLED"] as const) {
    expect(discrepanciesOf(receipt(status, [line(40, 3, 3)]))).toEqual([]);
  }
});

test("what is not on the shelf is still to come, until the warehouse is done with it", () => {
  const lines = [line(40, 12, 10), line(5, 5, 5, "NG-2")];
  expect(inboundOf(receipt("ARRIVED", lines))).toEqual([
    {
      receiptId: "400001",
      sku: "NG-1",
      warehouse: "EAST",
      quantity: each(30),
      expectedOn: "2026-12-01",
    },
  ]);
  expect(inboundOf(receipt("RECEIVED", lines))).toEqual([]);
  expect(inboundOf(receipt("CANCELLED", lines))).toEqual([]);
});

test("a late look takes nothing back, and looks in any order come to the same", () => {
  const looks = [
    receipt("ANNOUNCED", [line(40, 0, 0)], "2026-11-21T08:00:00Z"),
    receipt("ARRIVED", [line(40, 20, 10)], "2026-11-21T09:00:00Z"),
    receipt("ARRIVED", [line(40, 40, 30)], "2026-11-21T10:00:00Z"),
    receipt("RECEIVED", [line(40, 40, 40)], "2026-11-21T11:00:00Z"),
  ];
  const [first, second, third, last] = looks;
  const orders = [
    [first, second, third, last],
    [last, third, second, first],
    [third, first, last, last, second],
  ];
  for (const order of orders) {
    let known: Receipt | null = null;
    for (const look of order) if (look !== undefined) known = mergeReceipt(known, look);
    expect(known).toEqual(last);
  }
  // Two looks of one moment: one that is over stays over.
  const over = receipt("CANCELLED", [line(40, 0, 0)]);
  expect(mergeReceipt(over, receipt("ANNOUNCED", [line(40, 0, 0)]))).toBe(over);
});

test("two looks tell the same whenever they were made and however they list their lines", () => {
  const [one, other] = [line(4, 0, 0), line(5, 0, 0, "NG-2")];
  const left = receipt("ANNOUNCED", [one, other]);
  expect(isSameReceipt(left, receipt("ANNOUNCED", [other, one], "2026-11-22T08:00:00Z"))).toBe(
    true,
  );
  expect(isSameReceipt(left, receipt("ANNOUNCED", [one, line(6, 0, 0, "NG-2")]))).toBe(false);
});
