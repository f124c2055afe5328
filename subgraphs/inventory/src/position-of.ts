import type { Sku, WarehouseCode } from "@crossdock/domain";
import type { Context } from "./context.ts";
import type { PositionView } from "./models.ts";

/** @returns `null` when the warehouse does not keep the product */
export async function positionOf(
  { sku, warehouse }: { readonly sku: Sku; readonly warehouse: WarehouseCode },
  { loaders }: Pick<Context, "loaders">,
): Promise<PositionView | null> {
  const positions = (await loaders.positionsBySku.load(sku)) ?? [];
  return positions.find((position) => position.warehouse === warehouse) ?? null;
}
