import {
  instantOf,
  parseDecimal,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  PLAIN_STOCK_POLICY,
  quantity,
  totalAvailableToPromise,
  type StockPosition,
} from "@crossdock/domain";
import { feedWithStanding, readWithStanding } from "./stock-standing.ts";
import type { StockFeed, StockReader } from "./stock.ts";

const each = (digits: string) => quantity(parseDecimal(digits), parseUomCode("EA"));
const positionIn = (warehouse: string): StockPosition => ({
  sku: parseSku("NG-1"),
  warehouse: parseWarehouseCode(warehouse),
  onHand: each("10"),
  allocated: each("4"),
  inbound: each("0"),
});
const policy = {
  ...PLAIN_STOCK_POLICY,
  warehouses: { WEST: { ownership: "CONSIGNMENT", countsTowardsAtp: false } },
} as const;
const positions = [positionIn("EAST"), positionIn("WEST")];
const signal = AbortSignal.timeout(1_000);

test("every position that is read says whether it counts, and what counts is what can be promised", async () => {
  const stock: StockReader = {
    readStock: (skus) => Promise.resolve(skus.map(() => positions)),
    readLots: (skus) => Promise.resolve(skus.map(() => [])),
  };
  const [found = []] = await readWithStanding(stock, policy).readStock([parseSku("NG-1")], signal);
  expect(found.map(({ warehouse, countsTowardsAtp }) => [warehouse, countsTowardsAtp])).toEqual([
    ["EAST", true],
    ["WEST", false],
  ]);
  expect(totalAvailableToPromise(found)).toEqual(each("6"));
});

test("so does every position that is told, listed or moved", async () => {
  const at = instantOf(new Date(0));
  const readings = positions.map((level) => ({
    level,
    movements: [],
    askedAt: at,
    answeredAt: at,
  }));
  const feed: StockFeed = {
    listStock: () => Promise.resolve({ items: readings, next: "more" }),
    readMovedStock: () => Promise.resolve(readings),
  };
  const standing = feedWithStanding(feed, policy);
  const listed = await standing.listStock(null, signal);
  expect(listed.next).toBe("more");
  const moved = await standing.readMovedStock({ since: at, skus: [] }, signal);
  for (const told of [listed.items, moved]) {
    expect(told.map(({ level }) => level.countsTowardsAtp)).toEqual([true, false]);
  }
});
