import {
  dateOf,
  InvalidValueError,
  isPositive,
  parseCustomerNumber,
  parseSku,
  priceFor,
  ZERO,
  type Customer,
  type Viewer,
} from "@crossdock/domain";
import { requireViewer, idOrNull } from "@crossdock/subgraph-kit";
import type { ProductResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";

/** The price is this subgraph's; the rest of a product is somebody else's. */
export const Product: ProductResolvers = {
  __resolveReference: (reference) => {
    const sku = idOrNull(parseSku, reference.id);
    return sku === null ? null : { sku };
  },
  id: (product) => product.sku,
  price: async ({ sku }, { customerId, quantity, uom }, context) => {
    const { loaders, deps } = context;
    if (quantity == null || !isPositive(quantity)) {
      throw new InvalidValueError("quantity", quantity ?? ZERO, "more than zero");
    }
    const buyer = await findBuyer(customerId ?? null, requireViewer(context), context);
    if (buyer === "unknown") return null;
    const [product, lines] = await Promise.all([
      loaders.product.load(sku),
      loaders.priceLines.load({ customer: buyer, sku }),
    ]);
    if (product === null) return null;
    const on = dateOf(deps.clock.now());
    return priceFor({
      product,
      customer: buyer,
      quantity,
      uom: uom ?? product.baseUom,
      on,
      lines: lines ?? [],
    });
  },
};

/** Nobody named: the viewer's only account, else nobody, who pays the list price. */
async function findBuyer(
  customerId: string | null,
  viewer: Viewer,
  { loaders }: Context,
): Promise<Customer | null | "unknown"> {
  const [only, ...others] = viewer.customers === "all" ? [] : viewer.customers;
  if (customerId === null && (only === undefined || others.length > 0)) return null;
  const number = customerId === null ? (only ?? null) : idOrNull(parseCustomerNumber, customerId);
  if (number === null || visibleTo(viewer, { customerNumber: number }) === null) return "unknown";
  return (await loaders.customer.load(number)) ?? "unknown";
}
