import {
  addQuantities,
  availableToPromise,
  checkOrder,
  money,
  offersLeft,
  parseCurrencyCode,
  parseDecimal,
  parseInstant,
  parseLocalDate,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  stockAfterEach,
  stockChangesOf,
  toldBy,
  totalAvailableToPromise,
  withHeld,
  zeroQuantity,
  type HeldStock,
  type Product,
  type StockPosition,
} from "@crossdock/domain";
import fc from "fast-check";
import { toldPositionOf } from "./stock-event.ts";

const EA = parseUomCode("EA");
const SKU = parseSku("A");
const CODES = ["EAST", "NORTH", "WEST"].map(parseWarehouseCode);
const AT = parseInstant("2026-11-21T08:00:00Z");

const pieces = fc
  .integer({ min: 0, max: 60 })
  .map((value) => quantity(parseDecimal(String(value)), EA));
const positions = fc
  .tuple(
    ...CODES.map((warehouse) =>
      fc.record({ warehouse: fc.constant(warehouse), onHand: pieces, allocated: pieces }),
    ),
  )
  .map((some) =>
    some.map((one): StockPosition => ({ ...one, sku: SKU, inbound: zeroQuantity(EA) })),
  );
const held: fc.Arbitrary<HeldStock[]> = fc.array(
  fc.record({ warehouse: fc.constantFrom(...CODES), quantity: pieces }),
  { maxLength: 6 },
);

const product: Product = {
  sku: SKU,
  name: "A",
  description: null,
  gtin: null,
  baseUom: EA,
  uoms: [{ uom: EA, factor: parseDecimal("1") }],
  tracking: "NONE",
  weight: null,
  listPrice: money(parseDecimal("1"), parseCurrencyCode("USD")),
  isBlocked: false,
};

test("a position, an order's check, a reservation and an event say the same of any stock, and the total is their sum", () => {
  fc.assert(
    fc.property(positions, held, (stock, holds) => {
      const shown = withHeld(stock, holds);
      const expected = shown.map((position) => availableToPromise(position).value);

      const offers = stock.map((position) => ({
        warehouse: position.warehouse,
        availableToPromise: availableToPromise(position),
      }));
      const reservable = offersLeft(offers, holds).map(
        ({ availableToPromise: left }) => left.value,
      );
      expect(reservable).toEqual(expected);

      expect(stock.map((position) => toldOf(position, holds))).toEqual(expected);
      expect(CODES.map((code) => promisedToOrder(code, shown))).toEqual(expected);

      const sum = shown.map(availableToPromise).reduce((left, right) => addQuantities(left, right));
      expect(totalAvailableToPromise(shown)).toEqual(sum);
    }),
  );
});

test("what is promised is never below zero, in one warehouse or in all", () => {
  fc.assert(
    fc.property(positions, held, (stock, holds) => {
      const shown = withHeld(stock, holds);
      const each = shown.map((position) => Number(availableToPromise(position).value));
      expect(Math.min(...each)).toBeGreaterThanOrEqual(0);
      expect(Number(totalAvailableToPromise(shown)?.value)).toBeGreaterThanOrEqual(
        Math.max(...each),
      );
    }),
  );
});

test("the stock that an event carries last is the stock that is read", () => {
  fc.assert(
    fc.property(positions, positions, held, ([before], [after], holds) => {
      if (before === undefined || after === undefined) throw new Error("There are three.");
      const level = { ...after, warehouse: before.warehouse };
      const told = { level: before, held: zeroQuantity(EA), lastMovement: 0 };
      const reading = { level, movements: [], askedAt: AT, answeredAt: AT };
      const mine = sumOf(holds, before.warehouse);
      const changes = stockChangesOf(told, reading, mine);
      const [shown] = withHeld([level], [{ warehouse: level.warehouse, quantity: mine }]);
      if (shown === undefined) throw new Error("There is one.");
      const last = stockAfterEach(changes, shown).at(-1);
      if (last !== undefined) expect(availableToPromise(last)).toEqual(availableToPromise(shown));
      expect(
        toldPositionOf({ ...toldBy(told, reading, mine), readAt: AT }).availableToPromise,
      ).toBe(availableToPromise(shown).value);
    }),
  );
});

test("of nothing nobody knows the unit", () => {
  expect(totalAvailableToPromise([])).toBeNull();
});

function toldOf(position: StockPosition, holds: readonly HeldStock[]) {
  const own = sumOf(holds, position.warehouse);
  const record = { level: position, held: own, lastMovement: 0, readAt: AT };
  return toldPositionOf(record).availableToPromise;
}

function promisedToOrder(warehouse: (typeof CODES)[number], shown: readonly StockPosition[]) {
  const [line] = checkOrder({
    customer: null,
    balance: null,
    openOrdersTotal: null,
    products: new Map([[SKU, product]]),
    priceLines: [],
    stock: new Map([[SKU, shown]]),
    warehouses: CODES,
    lines: [{ sku: SKU, quantity: parseDecimal("1"), uom: null, expectedUnitPrice: null }],
    allowBackorder: true,
    warehouse,
    on: parseLocalDate("2026-11-21"),
  }).lines;
  return line?.availableToPromise.value;
}

function sumOf(holds: readonly HeldStock[], warehouse: HeldStock["warehouse"]) {
  const own = holds.filter((one) => one.warehouse === warehouse).map(({ quantity: part }) => part);
  return addQuantities(zeroQuantity(EA), ...own);
}
