import { multiplyDecimals, type Decimal } from "./decimal.ts";
import type { Sku } from "./identifiers.ts";
import type { Money } from "./money.ts";
import { quantity, type Quantity, type UomCode } from "./quantity.ts";

export type LotTracking = "NONE" | "LOT" | "SERIAL";

/** An item of the catalogue. The ERP owns it. */
export type Product = {
  readonly sku: Sku;
  readonly name: string;
  readonly description: string | null;
  readonly gtin: string | null;
  readonly baseUom: UomCode;
  /** Units that it may be ordered in, base unit first with factor 1. */
  readonly uoms: readonly UomConversion[];
  readonly tracking: LotTracking;
  readonly weight: Quantity | null;
  /** Price per base unit where no agreement holds. */
  readonly listPrice: Money;
  readonly isBlocked: boolean;
};

/** One `uom` holds `factor` base units. */
export type UomConversion = { readonly uom: UomCode; readonly factor: Decimal };

/** @returns how many base units one `uom` holds; `null` when the item does not have the unit. */
export function factorOf(product: Product, uom: UomCode): Decimal | null {
  return product.uoms.find((conversion) => conversion.uom === uom)?.factor ?? null;
}

/** @returns the same amount of goods in base units; `null` when the item does not have the unit. */
export function toBaseUom(product: Product, amount: Quantity): Quantity | null {
  const factor = factorOf(product, amount.uom);
  return factor === null ? null : quantity(multiplyDecimals(amount.value, factor), product.baseUom);
}
