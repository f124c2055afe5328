import {
  parseCustomerNumber,
  type Customer as Account,
  type CustomerNumber,
} from "@crossdock/domain";
import { requireViewer, idOrNull } from "@crossdock/subgraph-kit";
import type { CustomerResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";
import type { CustomerView } from "../models.ts";
import { listOrders } from "../order/order-list.ts";

/** Known by its number; the ERP is asked for the rest when a client wants it. */
export const Customer: CustomerResolvers = {
  __resolveReference: (reference, context) => findCustomer(reference.id, context),
  id: (customer) => customer.number,
  name: async (customer, _args, context) => (await readAccount(customer, context)).name,
  status: async (customer, _args, context) => (await readAccount(customer, context)).status,
  currency: async (customer, _args, context) => (await readAccount(customer, context)).currency,
  shipToAddresses: async (customer, _args, context) =>
    (await readAccount(customer, context)).shipToAddresses,
  orders: (customer, args, context) =>
    listOrders(args, requireViewer(context), context, customer.number),
};

/** @returns `null` for an unknown account and for one that the viewer may not see */
export async function findCustomer(
  rawNumber: string,
  context: Context,
): Promise<CustomerView | null> {
  const number = idOrNull(parseCustomerNumber, rawNumber);
  if (number === null) return null;
  if (visibleTo(requireViewer(context), { customerNumber: number }) === null) return null;
  return (await context.loaders.customer.load(number)) === null ? null : { number };
}

/** @throws {Error} when an order names an account that the ERP does not have: its books are broken */
async function readAccount({ number }: CustomerView, { loaders }: Context): Promise<Account> {
  const account = await loaders.customer.load(number);
  if (account === null) throw unknownAccount(number);
  return account;
}

function unknownAccount(number: CustomerNumber): Error {
  return new Error(`The ERP does not know account ${number}.`);
}
