import { parseDecimal } from "../decimal.ts";
import { parseReceiptId, parseSku, parseWarehouseCode } from "../identifiers.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import type { InboundReceipt } from "../receipt.ts";
import { parseLocalDate } from "../time.ts";
import { withPromises } from "./promise-dates.ts";

const each = (count: number) => quantity(parseDecimal(String(count)), parseUomCode("EA"));
const coming = (sku: string, count: number, day: string | null): InboundReceipt => ({
  receiptId: parseReceiptId(`R-${String(day)}`),
  sku: parseSku(sku),
  warehouse: parseWarehouseCode("PHX"),
  quantity: each(count),
  expectedOn: day === null ? null : parseLocalDate(day),
});
const waits = (lineNumber: number, count: number) => ({
  lineNumber,
  quantity: each(count),
  promisedOn: null,
  reason: "In no warehouse.",
});
const lines = [
  { lineNumber: 1, sku: "BOLT", missing: parseDecimal("50") },
  { lineNumber: 2, sku: "NUT", missing: parseDecimal("0") },
  { lineNumber: 3, sku: "BOLT", missing: parseDecimal("10") },
];

function promised(inbound: readonly InboundReceipt[], shipComplete = false) {
  const backorders = [waits(1, 50), ...(shipComplete ? [waits(2, 4)] : []), waits(3, 10)];
  const plan = { rule: "fewest-shipments/1", shipComplete, assignments: [], backorders };
  return withPromises(plan, lines, inbound).backorders.map(({ promisedOn }) => promisedOn);
}

test("a line is promised for the day on which enough will have come, after the lines before it", () => {
  const inbound = [coming("BOLT", 35, "2026-12-09"), coming("BOLT", 25, "2026-12-02")];
  expect(promised(inbound)).toEqual(["2026-12-09", "2026-12-09"]);
  expect(promised([...inbound, coming("BOLT", 25, "2026-12-04")])).toEqual([
    "2026-12-04",
    "2026-12-09",
  ]);
});

test("nothing is promised that nobody has announced with a date", () => {
  expect(promised([])).toEqual([null, null]);
  expect(promised([coming("BOLT", 500, null), coming("NUT", 500, "2026-12-02")])).toEqual([
    null,
    null,
  ]);
  expect(promised([coming("BOLT", 50, "2026-12-02")])).toEqual(["2026-12-02", null]);
});

test("who wants all at once gets all on the last day", () => {
  const inbound = [coming("BOLT", 50, "2026-12-02"), coming("BOLT", 10, "2026-12-09")];
  expect(promised(inbound, true)).toEqual(["2026-12-09", "2026-12-09", "2026-12-09"]);
  expect(promised([coming("BOLT", 50, "2026-12-02")], true)).toEqual([null, null, null]);
});
