import { parseDecimal } from "../decimal.ts";
import { parseSku, parseWarehouseCode } from "../identifiers.ts";
import type { InboundReceipt } from "../receipt.ts";
import { parseLocalDate } from "../time.ts";
import { five } from "../testing/orders.ts";
import { allocationChoices } from "./allocation-choices.ts";

const sku = parseSku("NG-10001");
const pieces = (count: string) => ({ ...five, value: parseDecimal(count) });
const position = (warehouse: string, count: string) => ({
  sku,
  warehouse: parseWarehouseCode(warehouse),
  onHand: pieces(count),
  allocated: pieces("0"),
  inbound: pieces("0"),
});
const failure = {
  lineNumber: 1,
  quantity: five,
  cause: "RELEASE_REFUSED",
  warehouse: parseWarehouseCode("EAST"),
  reason: "EAST is closed.",
} as const;

test("what can be done is told with what can be had of it, the fullest warehouse first, and not of who does not send it", () => {
  const inbound = [
    { sku, warehouse: "WEST", quantity: pieces("5"), expectedOn: parseLocalDate("2026-12-01") },
  ] as unknown as InboundReceipt[];
  const choices = allocationChoices(failure, {
    sku,
    positions: [
      position("EAST", "9"),
      position("NORTH", "0"),
      position("SOUTH", "2"),
      position("WEST", "7"),
    ],
    inbound,
    substitutes: [{ sku: parseSku("NG-10002"), available: pieces("40") }],
    mayCancel: true,
  });
  expect(choices).toEqual([
    { kind: "SOURCE_FROM", warehouse: "WEST", quantity: five },
    { kind: "SOURCE_FROM", warehouse: "SOUTH", quantity: pieces("2") },
    { kind: "SUBSTITUTE", sku: "NG-10002", quantity: pieces("40") },
    { kind: "WAIT", until: "2026-12-01" },
    { kind: "CANCEL_LINE" },
  ]);
});

test("an order that cannot be changed any more has no line given up, and nobody knows how long it waits", () => {
  const choices = allocationChoices(failure, {
    sku,
    positions: [],
    inbound: [],
    substitutes: [],
    mayCancel: false,
  });
  expect(choices).toEqual([{ kind: "WAIT", until: null }]);
});
