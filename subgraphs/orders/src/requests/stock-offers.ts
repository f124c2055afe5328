import { availableToPromise, type Sku } from "@crossdock/domain";
import type { StockOffers } from "@crossdock/processes";
import type { Context } from "../context.ts";

/** What the warehouses have of some products, for who promises it under lock. */
export async function readStockOffers(
  skus: readonly Sku[],
  { facts }: Pick<Context, "facts">,
): Promise<StockOffers> {
  const looks = await Promise.all(
    [...new Set(skus)].map(async (sku) => [sku, await facts.stock.load(sku)] as const),
  );
  return {
    offers: looks.flatMap(([sku, look]) =>
      (look?.document ?? []).map((position) => ({
        sku,
        warehouse: position.warehouse,
        quantity: availableToPromise(position),
      })),
    ),
    askedAt: new Map(
      looks.flatMap(([sku, look]) => (look === null ? [] : [[sku, look.provenance.asOf] as const])),
    ),
  };
}
