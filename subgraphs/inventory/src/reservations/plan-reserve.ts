import type { reserveInventory } from "@crossdock/commands";
import {
  availableToPromise,
  instantOf,
  isInteger,
  refusal,
  toBaseUom,
  type Product,
  type Quantity,
  type StockPosition,
  type UserError,
} from "@crossdock/domain";
import type { CommandPlan } from "@crossdock/subgraph-kit";
import type { Context } from "../context.ts";
import type { ReserveRequest } from "./parse-reserve.ts";
import { readProductFact, readStockFact } from "./reservation-facts.ts";

export type ReserveData = ReturnType<(typeof reserveInventory)["parse"]>;

const MS_PER_SECOND = 1_000;

/**
 * Judges what is asked over what the systems say now. Whether it is there beside what is held already is
 * decided in the transaction that holds it.
 * @throws {SourceUnavailableError} a system does not answer: nothing can be promised
 */
export async function planReserve(
  request: ReserveRequest,
  context: Context,
): Promise<CommandPlan<ReserveData>> {
  const { sku, customerNumber, userErrors } = request;
  if (userErrors.length > 0) return { kind: "refused", userErrors };
  const { deps, loaders } = context;
  const [product, stock, warehouses] = await Promise.all([
    sku === null ? null : readProductFact(sku, context),
    // Not the request's loader: that takes off what is held, which may be less by the time it is decided.
    sku === null ? null : readStockFact(sku, context),
    loaders.warehouses(),
  ]);
  const named = request.warehouse;
  if (named !== null && !warehouses.some(({ code }) => code === named)) {
    const message = `There is no warehouse ${JSON.stringify(named)}.`;
    return refused(refusal("UNKNOWN_WAREHOUSE", message, ["warehouse"]));
  }
  if (sku === null || stock === null || product === null || product.isBlocked) {
    const message = "There is no such item that can be ordered.";
    return refused(refusal("UNKNOWN_SKU", message, ["sku"]));
  }
  const wanted = wantedOf(request, product);
  if ("code" in wanted) return refused(wanted);
  const offers = stock.positions.filter(({ warehouse }) => named === null || warehouse === named);
  const expiresAtMs = deps.clock.nowMs() + request.ttlSeconds * MS_PER_SECOND;
  return {
    kind: "planned",
    customerNumber,
    data: {
      sku,
      quantity: wanted,
      expiresAt: instantOf(new Date(expiresAtMs)),
      askedAt: stock.askedAt,
      offers: offers.map(offerOf),
    },
  };
}

/** The quantity in base units, or why it cannot be had in them. */
function wantedOf(
  { quantity: value, uom }: ReserveRequest,
  product: Product,
): Quantity | UserError {
  const asked = { value, uom: uom ?? product.baseUom };
  const inBase = toBaseUom(product, asked);
  if (inBase === null) {
    const known = product.uoms.map((conversion) => conversion.uom).join(", ");
    const message = `${product.sku} is not kept in ${asked.uom}, only in ${known}.`;
    return refusal("INVALID_UOM", message, ["uom"]);
  }
  if (isInteger(inBase.value)) return inBase;
  const message = `Quantity ${value} is ${inBase.value} ${inBase.uom}: ${product.sku} is sold in whole ${inBase.uom}.`;
  return refusal("INVALID_QUANTITY", message, ["quantity"]);
}

function offerOf(position: StockPosition): ReserveData["offers"][number] {
  return { warehouse: position.warehouse, availableToPromise: availableToPromise(position) };
}

function refused(userError: UserError): Extract<CommandPlan<ReserveData>, { kind: "refused" }> {
  return { kind: "refused", userErrors: [userError] };
}
