import type { Warehouse, WarehouseCode } from "@crossdock/domain";
import { NotFoundError } from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";

/** @throws {NotFoundError} the warehouse is named somewhere and the system has it no more */
export async function warehouseOf(
  code: WarehouseCode,
  { loaders }: Pick<Context, "loaders">,
): Promise<Warehouse> {
  const found = (await loaders.warehouses()).find((warehouse) => warehouse.code === code);
  if (found === undefined) throw new NotFoundError(`There is no warehouse ${code}.`);
  return found;
}
