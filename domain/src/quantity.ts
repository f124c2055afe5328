import type { Brand } from "./brand.ts";
import {
  addDecimals,
  compareDecimals,
  maxDecimal,
  subtractDecimals,
  ZERO,
  type Decimal,
} from "./decimal.ts";
import { InvalidValueError, UnitMismatchError } from "./errors.ts";

/** UN/ECE Recommendation 20 (EA each, CS case, BX box, PF pallet), or the source's own unit name. */
export type UomCode = Brand<string, "UomCode">;

export type Quantity = { readonly value: Decimal; readonly uom: UomCode };

/** @throws {InvalidValueError} when `raw` is empty or longer than ten characters. */
export function parseUomCode(raw: string): UomCode {
  const code = raw.trim().toUpperCase();
  if (!/^[A-Z0-9_-]{1,10}$/.test(code))
    throw new InvalidValueError("uom", raw, "a unit code such as EA");
  return code as UomCode;
}

export function quantity(value: Decimal, uom: UomCode): Quantity {
  return { value, uom };
}

export function zeroQuantity(uom: UomCode): Quantity {
  return { value: ZERO, uom };
}

/** @throws {UnitMismatchError} when the units differ. */
export function addQuantities(first: Quantity, ...rest: readonly Quantity[]): Quantity {
  return {
    value: addDecimals(first.value, ...rest.map((other) => sameUom(first, other).value)),
    uom: first.uom,
  };
}

/** @throws {UnitMismatchError} when the units differ. */
export function subtractQuantities(from: Quantity, ...rest: readonly Quantity[]): Quantity {
  return {
    value: subtractDecimals(from.value, ...rest.map((other) => sameUom(from, other).value)),
    uom: from.uom,
  };
}

/** @returns negative, zero or positive. @throws {UnitMismatchError} when the units differ. */
export function compareQuantities(left: Quantity, right: Quantity): number {
  return compareDecimals(left.value, sameUom(left, right).value);
}

export function atLeastZero({ value, uom }: Quantity): Quantity {
  return { value: maxDecimal(value, ZERO), uom };
}

function sameUom(left: Quantity, right: Quantity): Quantity {
  if (left.uom !== right.uom) throw new UnitMismatchError(left.uom, right.uom);
  return right;
}
