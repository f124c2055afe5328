import {
  InvalidValueError,
  parseReceiptId,
  parseReservationId,
  parseSku,
  parseWarehouseCode,
  type Sku,
} from "@crossdock/domain";
import { MAX_BATCH_KEYS } from "@crossdock/source-contract";
import { idOrNull, oneOf } from "@crossdock/subgraph-kit";
import type { QueryResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import { listProducts } from "../list-products.ts";
import { listReceipts } from "../receipts/list-receipts.ts";

export const Query: QueryResolvers = {
  product: async (_root, { id, sku }, { loaders }) => {
    const parsed = idOrNull(parseSku, oneOf({ id, sku }).value);
    return parsed === null || (await loaders.productBySku.load(parsed)) === null
      ? null
      : { sku: parsed };
  },
  products: (_root, args, context) => listProducts(args, context),
  warehouses: (_root, _args, { loaders }) => loaders.warehouses(),
  availability: async (_root, { skus, warehouse }, { loaders }) => {
    const asked = parseSkus(skus);
    const only = warehouse == null ? null : parseWarehouseCode(warehouse);
    const positions = await Promise.all(asked.map((sku) => loaders.positionsBySku.load(sku)));
    return positions
      .flatMap((found) => found ?? [])
      .filter((position) => only === null || position.warehouse === only);
  },
  receipt: async (_root, { id }, { loaders }) => {
    const parsed = idOrNull(parseReceiptId, id);
    return parsed === null ? null : loaders.receipt.load(parsed);
  },
  receipts: (_root, args, context) => listReceipts(args, context),
  reservation: async (_root, { id }, { loaders, viewer }) => {
    const parsed = idOrNull(parseReservationId, id);
    return parsed === null ? null : visibleTo(viewer, await loaders.reservation.load(parsed));
  },
};

function parseSkus(raw: readonly string[]): readonly Sku[] {
  if (raw.length > MAX_BATCH_KEYS) {
    throw new InvalidValueError("skus", raw.length, `at most ${String(MAX_BATCH_KEYS)}`);
  }
  return [...new Set(raw.map((sku) => parseSku(sku)))];
}
