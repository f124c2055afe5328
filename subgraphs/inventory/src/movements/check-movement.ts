import {
  compareDecimals,
  isInteger,
  MAX_LINE_QUANTITY,
  parseSku,
  parseWarehouseCode,
  refusal,
  subtractDecimals,
  ZERO,
  type Decimal,
  type Product,
  type UserError,
  type Warehouse,
} from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { Context } from "../context.ts";

/** What a movement is about, as far as the systems know it. */
export type MovementFacts = {
  readonly product: Product | null;
  /** One for each code that was asked for, in their order; `null` where there is none. */
  readonly warehouses: readonly (Warehouse | null)[];
};

/** @throws {SourceUnavailableError} a system does not answer: nothing can be said of it */
export async function readMovementFacts(
  rawSku: string,
  codes: readonly string[],
  context: Context,
): Promise<MovementFacts> {
  const [[product = null], ...warehouses] = await Promise.all([
    readProductFacts([rawSku], context),
    ...codes.map((code) => readWarehouseFact(code, context)),
  ]);
  return { product, warehouses };
}

/**
 * @returns one for each, in their order; `null` where the ERP has no such item
 * @throws {SourceUnavailableError} the ERP does not answer
 */
export function readProductFacts(
  rawSkus: readonly string[],
  { loaders }: Context,
): Promise<readonly (Product | null)[]> {
  return Promise.all(
    rawSkus.map((raw) => {
      const sku = idOrNull(parseSku, raw);
      return sku === null ? null : loaders.productBySku.load(sku);
    }),
  );
}

/** @throws {SourceUnavailableError} the warehouse system does not answer */
export async function readWarehouseFact(
  raw: string,
  { loaders }: Context,
): Promise<Warehouse | null> {
  const asked = idOrNull(parseWarehouseCode, raw);
  return (await loaders.warehouses()).find(({ code }) => code === asked) ?? null;
}

export function unknownSku(): UserError {
  return refusal("UNKNOWN_SKU", "There is no such item.", ["sku"]);
}

export function unknownWarehouse(raw: string, field: string): UserError {
  return refusal("UNKNOWN_WAREHOUSE", `There is no warehouse ${JSON.stringify(raw)}.`, [field]);
}

/** @param expected completes "must be" */
export function checkPieces(
  value: Decimal,
  isFit: boolean,
  field: string,
  expected: string,
): UserError[] {
  const isSmall =
    compareDecimals(value, MAX_LINE_QUANTITY) <= 0 &&
    compareDecimals(subtractDecimals(ZERO, value), MAX_LINE_QUANTITY) <= 0;
  if (isFit && isSmall && isInteger(value)) return [];
  const message = `${field} must be ${expected}, in whole base units, at most ${MAX_LINE_QUANTITY}.`;
  return [refusal("INVALID_QUANTITY", message, [field])];
}
