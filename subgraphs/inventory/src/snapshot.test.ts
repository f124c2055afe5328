import {
  instantOf,
  parseDecimal,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
} from "@crossdock/domain";
import { encodeSnapshotCursor } from "@crossdock/events";
import { tellStockReadings } from "@crossdock/processes";
import { dataOf } from "@crossdock/subgraph-kit/testing";
import { openInventory, portal, type InventoryStand } from "./testing/stand.ts";

const SKUS = 60;
let stand: InventoryStand;
beforeAll(async () => {
  stand = await openInventory();
  for (let at = 0; at < SKUS; at += 1) {
    await say(skuOf(at), "EAST", at);
    await say(skuOf(at), "WEST", 1_000 + at);
  }
}, 60_000);
afterAll(() => stand.close());

const WATCH = `subscription($skus: [String!], $warehouse: String, $after: EventCursor) {
  inventoryChanged(skus: $skus, warehouse: $warehouse, after: $after, fromSnapshot: true) {
    cursor type delta { value } position { id onHand { value } } } }`;

const skuOf = (at: number) => `NG-${String(10_100 + at)}`;
let seconds = 0;

async function say(sku: string, warehouse: string, onHand: number): Promise<void> {
  const each = (digits: number) => quantity(parseDecimal(String(digits)), parseUomCode("EA"));
  const now = () =>
    instantOf(new Date(Date.parse("2026-11-21T08:00:00Z") + (seconds += 1) * 1_000));
  const level = {
    sku: parseSku(sku),
    warehouse: parseWarehouseCode(warehouse),
    onHand: each(onHand),
    allocated: each(0),
    inbound: each(0),
  };
  const reading = { level, movements: [], askedAt: now(), answeredAt: now() };
  await stand.ledger.transaction(async (trx) => {
    const events = await tellStockReadings(trx, [reading], "wms-stock");
    const context = { correlationId: "test", causationId: null, tenant: null };
    await stand.eventLog.append(trx, events, context);
  });
}

type Told = {
  readonly cursor: string;
  readonly type: string;
  readonly delta: { readonly value: string } | null;
  readonly position: { readonly id: string; readonly onHand: { readonly value: string } };
};

async function open(variables: Record<string, unknown> = {}) {
  const { follow, calls } = stand.start();
  const stream = await follow(WATCH, portal, variables);
  const take = async (count: number): Promise<Told[]> => {
    const taken: Told[] = [];
    while (taken.length < count) {
      taken.push(dataOf((await stream.next()).value as never).inventoryChanged);
    }
    return taken;
  };
  return { take, calls, close: () => stream.return?.() };
}

test("a snapshot has every position once, goes on within itself after a cut, and no source is read", async () => {
  const first = await open();
  const before = await first.take(33);
  await first.close();
  await say(skuOf(0), "EAST", 7);
  const second = await open({ after: before.at(-1)?.cursor });
  const after = await second.take(2 * SKUS - 33 + 1);
  await second.close();
  const all = [...before, ...after.slice(0, -1)];
  expect(all.every(({ type, delta }) => type === "SNAPSHOT" && delta === null)).toBe(true);
  expect(new Set(all.map(({ position }) => position.id)).size).toBe(2 * SKUS);
  expect(after.at(-1)).toMatchObject({
    type: "ADJUSTED",
    position: { id: `${skuOf(0)}@EAST`, onHand: { value: "7" } },
  });
  expect([...first.calls, ...second.calls]).toEqual([]);
});

test("a snapshot has what the filters name", async () => {
  const stream = await open({ skus: [skuOf(3), skuOf(4), "NG-NONE"], warehouse: "WEST" });
  const told = await stream.take(2);
  expect(told.map(({ position }) => [position.id, position.onHand.value])).toEqual([
    [`${skuOf(3)}@WEST`, "1003"],
    [`${skuOf(4)}@WEST`, "1004"],
  ]);
  await say(skuOf(4), "WEST", 5);
  expect(await stream.take(1)).toMatchObject([{ type: "ADJUSTED", delta: { value: "-999" } }]);
  await stream.close();
});

test("a place that can be none in this book is refused", async () => {
  const after = encodeSnapshotCursor("stock", { head: await stand.eventLog.head(), key: "NG-1" });
  const stream = await stand.start().follow(WATCH, portal, { after });
  await expect(stream.next()).rejects.toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
});
