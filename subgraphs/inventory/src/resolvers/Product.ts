import {
  parseSku,
  parseWarehouseCode,
  totalAvailableToPromise,
  zeroQuantity,
} from "@crossdock/domain";
import { idOrNull, NotFoundError } from "@crossdock/subgraph-kit";
import type { ProductResolvers } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { ProductRef, ProductView } from "../models.ts";

export const Product: ProductResolvers = {
  __resolveReference: (reference) => {
    const { id, sku } = reference as { readonly id?: string; readonly sku?: string };
    const parsed = idOrNull(parseSku, id ?? sku ?? "");
    return parsed === null ? null : { sku: parsed };
  },
  id: ({ sku }) => sku,
  sku: ({ sku }) => sku,
  name: inErp("name"),
  description: inErp("description"),
  baseUom: inErp("baseUom"),
  uoms: inErp("uoms"),
  tracking: inErp("tracking"),
  weight: inErp("weight"),
  provenance: inErp("provenance"),
  inventory: async ({ sku }, { warehouse }, { loaders }) => {
    const only = warehouse == null ? null : parseWarehouseCode(warehouse);
    const positions = (await loaders.positionsBySku.load(sku)) ?? [];
    return positions.filter((position) => only === null || position.warehouse === only);
  },
  availableToPromise: async (ref, _args, context) => {
    const positions = (await context.loaders.positionsBySku.load(ref.sku)) ?? [];
    return (
      totalAvailableToPromise(positions) ?? zeroQuantity((await readProduct(ref, context)).baseUom)
    );
  },
};

type ErpField = Exclude<keyof ProductView, "sku">;

/** A field that only the ERP knows. */
function inErp<Field extends ErpField>(field: Field) {
  return async (ref: ProductRef, _args: unknown, context: Context): Promise<ProductView[Field]> =>
    (await readProduct(ref, context))[field];
}

/** @throws {NotFoundError} the item is named somewhere and the ERP has it no more */
async function readProduct({ sku }: ProductRef, { loaders }: Context): Promise<ProductView> {
  const product = await loaders.productBySku.load(sku);
  if (product === null) throw new NotFoundError(`The catalogue has no item ${sku}.`);
  return product;
}
