import {
  addDecimals,
  compareDecimals,
  isInteger,
  isPositive,
  ZERO,
  type Decimal,
} from "../decimal.ts";
import type { WarehouseCode } from "../identifiers.ts";
import type { OrderState } from "../order-state.ts";
import { refusal, type UserError } from "../user-error.ts";
import { isStopped } from "./allocation-failures.ts";

/** What a person wants sent from where, as it was written; `null` for what cannot be read. */
export type WishedAssignment = {
  readonly lineNumber: number;
  readonly warehouse: WarehouseCode | null;
  /** In base units. */
  readonly quantity: Decimal | null;
};

/**
 * What is wrong with goods of an order being sent from where a person says: all of it at once, empty when nothing is.
 * @param warehouses those that there are
 */
export function checkSourcing(
  state: OrderState,
  wished: readonly WishedAssignment[],
  warehouses: readonly WarehouseCode[],
): UserError[] {
  const sums = new Map<number, Decimal>();
  const places = new Set<string>();
  return wished.flatMap(({ lineNumber, warehouse, quantity }, at) => {
    const refuse = (code: UserError["code"], message: string, field: string) => [
      refusal(code, message, ["assignments", String(at), field]),
    ];
    const line = state.draft.lines.find((other) => other.lineNumber === lineNumber);
    if (line === undefined) {
      return refuse("UNKNOWN_LINE", `The order has no line ${String(lineNumber)}.`, "lineNumber");
    }
    if (warehouse === null || !warehouses.includes(warehouse)) {
      return refuse("UNKNOWN_WAREHOUSE", "There is no such warehouse.", "warehouse");
    }
    const { uom } = line.orderedBase;
    if (quantity === null || !isPositive(quantity) || !isInteger(quantity)) {
      const message = `A warehouse sends whole ${uom}, one at least.`;
      return refuse("INVALID_QUANTITY", message, "quantity");
    }
    const place = `${String(lineNumber)} ${warehouse}`;
    if (places.has(place)) {
      return refuse("INVALID_VALUE", "Each line and warehouse may be named once.", "warehouse");
    }
    places.add(place);
    const sum = addDecimals(sums.get(lineNumber) ?? ZERO, quantity);
    sums.set(lineNumber, sum);
    const waiting = waitingOf(state, lineNumber);
    if (compareDecimals(sum, waiting) <= 0) return [];
    const message = `Of line ${String(lineNumber)}, ${waiting} ${uom} wait for a warehouse, not ${sum}.`;
    return refuse("INVALID_QUANTITY", message, "quantity");
  });
}

/** In base units: what waits for stock, and what a warehouse was told and does not send. */
function waitingOf(state: OrderState, lineNumber: number): Decimal {
  const { backorders } = state.sourcing;
  const stopped = state.steps.filter((step) => isStopped(state, step));
  const parts = [...backorders, ...stopped.flatMap(({ lines }) => lines)];
  const its = parts.filter((part) => part.lineNumber === lineNumber);
  return addDecimals(ZERO, ...its.map(({ quantity: { value } }) => value));
}
