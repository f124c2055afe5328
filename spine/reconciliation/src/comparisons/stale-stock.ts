import type { Quantity, Sku } from "@crossdock/domain";
import { stockKey } from "@crossdock/processes";
import type { ComparisonDeps } from "./deps.ts";

/**
 * The feed reads every level within some minutes: what the book has of a product that was not looked at for longer is not lag, it is
 * wrong. What was looked at since is caught up with by the feed itself.
 */
const CAUGHT_UP_MS = 10 * 60_000;

/** Positions of our book that the feed had the time to bring up to date, by `stockKey`; the others are not compared. */
export async function readStaleBook(
  { stockBook, ledger, clock }: Pick<ComparisonDeps, "stockBook" | "ledger" | "clock">,
  skus: readonly Sku[],
): Promise<ReadonlyMap<string, Quantity>> {
  const looks = await ledger.db
    .selectFrom("stock_looks")
    .select(["sku", "looked_at"])
    .where("sku", "in", [...skus])
    .execute();
  const before = clock.nowMs() - CAUGHT_UP_MS;
  const late = new Set(
    looks.filter(({ looked_at: at }) => at.getTime() < before).map(({ sku }) => sku),
  );
  if (late.size === 0) return new Map();
  const records = await stockBook.readStock(skus.filter((sku) => late.has(sku)));
  return new Map(records.map(({ level }) => [stockKey(level), level.onHand]));
}
