import { refusal, type OrderDraft, type Shortage, type UserError } from "@crossdock/domain";

/** What an order could have had of a product, at the first line that wants it. */
export function tooLittle(
  { sku, warehouse, quantity: wanted, available }: Shortage,
  { lines }: Pick<OrderDraft, "lines">,
): UserError {
  const message = `${warehouse} has ${available.value} ${wanted.uom} of ${sku} available, not ${wanted.value}.`;
  const index = lines.findIndex((line) => line.sku === sku);
  return refusal("INSUFFICIENT_STOCK", message, ["lines", String(index), "quantity"]);
}
