import { instantOf, parseSku, type Sku, type StockReading } from "@crossdock/domain";
import type { StockFeed, StockReader } from "../stock.ts";

export type SeededStockFeed = {
  readonly feed: StockFeed;
  readonly stock: StockReader;
  /** Items without lots that every warehouse keeps; only `recount` changes their stock. */
  readonly skus: readonly [Sku, Sku];
  /** People count what lies there; the source is told by them, not by us. */
  readonly recount: (sku: Sku, warehouse: string, onHand: number) => Promise<void>;
  readonly calls: () => Promise<number>;
};

const signal = () => AbortSignal.timeout(10_000);
/** More pages than any test source has. */
const MAX_PAGES = 200;

/** Every feed of stock passes it. */
export function stockFeedContract(name: string, seeded: () => Promise<SeededStockFeed>): void {
  const at = (readings: readonly StockReading[], sku: Sku, warehouse: string) =>
    readings.find(({ level }) => level.sku === sku && level.warehouse === warehouse);

  test(`${name} lists every position once, as a read of it says`, async () => {
    const { feed, stock, skus } = await seeded();
    const listed: StockReading[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < MAX_PAGES && (after !== null || pages === 0); pages += 1) {
      const page: Awaited<ReturnType<StockFeed["listStock"]>> = await feed.listStock(
        after,
        signal(),
      );
      listed.push(...page.items);
      after = page.next;
    }
    expect(after).toBeNull();
    const keys = listed.map(({ level }) => `${level.sku}@${level.warehouse}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const level of (await stock.readStock(skus, signal())).flat()) {
      expect(at(listed, level.sku, level.warehouse)).toMatchObject({ level, movements: [] });
    }
  });

  test(`${name} tells what moved with its movements, oldest first, and nothing of what did not`, async () => {
    const { feed, stock, skus, recount } = await seeded();
    const [sku, other] = skus;
    const since = instantOf(new Date());
    const before = (await stock.readStock([sku], signal()))[0]?.[0];
    const warehouse = before?.warehouse ?? "";
    const counted = Number(before?.onHand.value);
    await recount(sku, warehouse, counted + 7);
    await recount(sku, warehouse, counted + 4);
    const readings = await feed.readMovedStock({ since, skus: [] }, signal());
    const moved = at(readings, sku, warehouse);
    expect(moved?.level.onHand.value).toBe(String(counted + 4));
    expect(moved?.movements.map(({ change, delta }) => `${change} ${delta.value}`)).toEqual([
      "ADJUSTED 7",
      "ADJUSTED -3",
    ]);
    const [first = 0, second = 0] = moved?.movements.map(({ number }) => number) ?? [];
    expect(second).toBeGreaterThan(first);
    expect(readings.filter(({ level }) => level.sku === other)).toEqual([]);
    expect((moved?.askedAt ?? "") <= (moved?.answeredAt ?? "")).toBe(true);
  });

  test(`${name} reads what it is asked for besides, and leaves out what it does not keep`, async () => {
    const { feed, skus, calls } = await seeded();
    const [, other] = skus;
    const since = instantOf(new Date(Date.now() + 60_000));
    const ask = () =>
      feed.readMovedStock({ since, skus: [other, parseSku("NO-SUCH-ITEM")] }, signal());
    const readings = await ask();
    expect(new Set(readings.map(({ level }) => level.sku))).toEqual(new Set([other]));
    expect(readings.flatMap(({ movements }) => movements)).toEqual([]);
    const before = await calls();
    await feed.readMovedStock({ since, skus: [] }, signal());
    // One for each building, whatever the number of items.
    expect((await calls()) - before).toBeLessThanOrEqual(readings.length);
  });

  test(`${name} stops when it is told to`, async () => {
    const { feed } = await seeded();
    const aborted = AbortSignal.abort();
    const since = instantOf(new Date());
    await expect(feed.listStock(null, aborted)).rejects.toThrow();
    await expect(feed.readMovedStock({ since, skus: [] }, aborted)).rejects.toThrow();
  });
}
