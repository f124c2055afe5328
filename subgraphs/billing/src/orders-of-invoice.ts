import type { Invoice } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { Context } from "./context.ts";

/** The orders that an invoice bills, as far as the book knows them and the viewer may see them. */
export async function ordersOfInvoice(
  { orderNumbers }: Pick<Invoice, "orderNumbers">,
  { loaders }: Context,
): Promise<readonly OrderRecord[]> {
  const orders = await Promise.all(
    orderNumbers.map((number) => loaders.orderByNumber.load(number)),
  );
  return orders.filter((order) => order !== null);
}
