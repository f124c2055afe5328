import { parseWarehouseCode } from "@crossdock/domain";
import { parseExactJson } from "@crossdock/source-http";
import { orderDocument } from "./order-document.ts";
import { shipmentsOf } from "./shipment-mapping.ts";

const EAST = 11;
const mapping = { source: "wms", codeOf: new Map([[EAST, parseWarehouseCode("EAST")]]) };

type Packed = { readonly sku: string; readonly quantity: number };
type Told = {
  readonly status?: string;
  readonly details?: readonly { readonly name: string; readonly inventory_id?: number | null }[];
  readonly packed: readonly Packed[];
  readonly shippedAt?: string;
};

/** An order of 10 of A (inventory 1) and 5 of B (inventory 2), as the vendor shows it. */
function short(...told: readonly Told[]) {
  const answer = JSON.stringify({
    id: 100,
    reference_id: "SO-0005001:1",
    products: [
      { id: 1, sku: "A", quantity: 10, external_line_id: 1 },
      { id: 2, sku: "B", quantity: 5, external_line_id: 2 },
    ],
    shipments: told.map(({ status = "Processing", details = [], packed, shippedAt }, at) => ({
      id: 200 + at,
      order_id: 100,
      status,
      status_details: details,
      location: { id: EAST },
      products: packed.map(({ sku, quantity }) => ({
        sku,
        inventory_items: [{ quantity }],
      })),
      tracking: shippedAt === undefined ? null : { shipping_date: shippedAt },
      last_update_at: "2026-11-21T08:00:00Z",
    })),
  });
  const order = orderDocument.parse(parseExactJson(answer));
  return shipmentsOf(order, mapping).map(({ number, shortfalls = [] }) => [
    number,
    shortfalls.map(({ lineNumber, quantity, reason }) => [lineNumber, quantity.value, reason]),
  ]);
}

const all = [
  { sku: "A", quantity: 10 },
  { sku: "B", quantity: 5 },
];
const left = { status: "Completed", shippedAt: "2026-11-21T09:00:00Z" };

test("what is in no shipment is short where a detail names its item, with the reason that it gives", () => {
  const details = [{ name: "Damaged", inventory_id: 2 }];
  const packed = [
    { sku: "A", quantity: 10 },
    { sku: "B", quantity: 3 },
  ];
  expect(short({ packed, details })).toEqual([["200", [[2, "2", "DAMAGED"]]]]);
});

test("a detail that names no item of the order is about whatever is missing", () => {
  for (const inventory_id of [null, 777]) {
    const packed = [
      { sku: "A", quantity: 4 },
      { sku: "B", quantity: 5 },
    ];
    expect(short({ packed, details: [{ name: "WrongLot", inventory_id }] })).toEqual([
      ["200", [[1, "6", "WRONG_LOT"]]],
    ]);
  }
});

test("what another shipment of the order has is not short, also not where that was cancelled by hand", () => {
  const [first, rest] = [
    [
      { sku: "A", quantity: 6 },
      { sku: "B", quantity: 5 },
    ],
    [{ sku: "A", quantity: 4 }],
  ];
  expect(short({ ...left, packed: first }, { packed: rest })).toEqual([
    ["200", []],
    ["201", []],
  ]);
  expect(short({ ...left, packed: first }, { status: "Cancelled", packed: rest })).toEqual([
    ["200", []],
    ["201", []],
  ]);
});

test("fewer pieces than were asked are short without a word once all has left, not before", () => {
  const packed = [
    { sku: "A", quantity: 6 },
    { sku: "B", quantity: 5 },
  ];
  expect(short({ packed })).toEqual([["200", []]]);
  expect(short({ ...left, packed })).toEqual([["200", [[1, "4", "SHORT_PICK"]]]]);
  expect(short({ ...left, packed: all })).toEqual([["200", []]]);
});
