import { editableValues, mergePatchOf } from "./edit-form.ts";

const payload = {
  customerReference: "PO-1",
  requestedDeliveryOn: null,
  shipTo: "[removed]",
  lines: [
    { sku: "NG-1", unitPrice: { amount: "2.50", currency: "USD" }, quantity: 3 },
    { sku: "NG-2", unitPrice: { amount: "4.00", currency: "USD" }, quantity: 1 },
  ],
};
const fields = [
  "customerReference",
  "requestedDeliveryOn",
  "shipTo",
  "lines.*.unitPrice.amount",
  "lines.*.quantity",
  "nothing.of.this",
];

test("what may be edited is offered with its value, line by line; what is private or not there is not", () => {
  const values = editableValues(payload, fields);
  expect(values.map(({ label, value, isJson }) => [label, value, isJson])).toEqual([
    ["Customer reference", "PO-1", false],
    ["Requested delivery on", "", false],
    ["Line 1, unit price, amount", "2.50", false],
    ["Line 2, unit price, amount", "4.00", false],
    ["Line 1, quantity", "3", true],
    ["Line 2, quantity", "1", true],
  ]);
});

test("the patch has what was changed only, a list whole, a number as a number", () => {
  const values = editableValues(payload, fields);
  const changed = new Map([
    ["customerReference", "PO-1"],
    ["lines.1.unitPrice.amount", "4.10"],
    ["lines.0.quantity", "5"],
  ]);
  expect(mergePatchOf(payload, values, changed)).toEqual({
    lines: [
      { sku: "NG-1", unitPrice: { amount: "2.50", currency: "USD" }, quantity: 5 },
      { sku: "NG-2", unitPrice: { amount: "4.10", currency: "USD" }, quantity: 1 },
    ],
  });
  expect(payload.lines[0]?.quantity).toBe(3);
});

test("an emptied value is taken out, and a form that nobody touched changes nothing", () => {
  const values = editableValues(payload, fields);
  const emptied = mergePatchOf(payload, values, new Map([["customerReference", ""]]));
  expect(emptied).toEqual({ customerReference: null });
  expect(mergePatchOf(payload, values, new Map())).toBeNull();
});

test("a number that does not read as one is refused", () => {
  const values = editableValues(payload, fields);
  const changed = new Map([["lines.0.quantity", "five"]]);
  expect(() => mergePatchOf(payload, values, changed)).toThrow(SyntaxError);
});
