import { allocationsOf } from "../order-to-cash/allocation.ts";
import type { OrderState } from "../order-state.ts";
import { atLeastZero, subtractQuantities } from "../quantity.ts";
import type { StockBySku } from "./cover.ts";

/** The stock as if the order were not there: what is set aside for it can be given to what it shall be. */
export function withoutOrder(stock: StockBySku, state: OrderState): StockBySku {
  const skus = new Map(state.draft.lines.map(({ lineNumber, sku }) => [lineNumber, sku]));
  const own = allocationsOf(state);
  return new Map(
    [...stock].map(([sku, positions]) => [
      sku,
      positions.map((position) => {
        const its = own.filter(
          ({ lineNumber, warehouse }) =>
            warehouse === position.warehouse && skus.get(lineNumber) === sku,
        );
        const given = its.map(({ quantity }) => quantity);
        return {
          ...position,
          allocated: atLeastZero(subtractQuantities(position.allocated, ...given)),
        };
      }),
    ]),
  );
}
