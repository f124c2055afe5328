import {
  maySee,
  parseCustomerNumber,
  subtractMoney,
  zeroMoney,
  type Customer as Account,
  type Money,
} from "@crossdock/domain";
import { idOrNull, NotFoundError, requireViewer } from "@crossdock/subgraph-kit";
import type { CustomerResolvers } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import { listInvoices } from "../list-invoices.ts";
import type { CustomerRef } from "../models.ts";

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }, context) => {
    const number = idOrNull(parseCustomerNumber, id);
    return number !== null && maySee(requireViewer(context), number) ? { number } : null;
  },
  id: ({ number }) => number,
  creditLimit: async (ref, _args, context) => (await accountOf(ref, context)).creditLimit,
  creditAvailable: async (ref, _args, context) => {
    const [{ creditLimit }, balance] = await Promise.all([
      accountOf(ref, context),
      owed(ref, "balance", context),
    ]);
    return creditLimit === null ? null : subtractMoney(creditLimit, balance);
  },
  balance: (ref, _args, context) => owed(ref, "balance", context),
  overdue: (ref, _args, context) => owed(ref, "overdue", context),
  aging: async ({ number }, _args, { loaders }) =>
    (await loaders.receivables.load(number))?.aging ?? [],
  invoices: ({ number }, args, context) => listInvoices(args, number, context),
};

/** An account that finance does not know owes nothing, in the currency that the ERP keeps for it. */
async function owed(
  ref: CustomerRef,
  what: "balance" | "overdue",
  context: Context,
): Promise<Money> {
  const receivables = await context.loaders.receivables.load(ref.number);
  return receivables === null
    ? zeroMoney((await accountOf(ref, context)).currency)
    : receivables[what];
}

async function accountOf({ number }: CustomerRef, { loaders }: Context): Promise<Account> {
  const account = await loaders.customer.load(number);
  if (account === null) throw new NotFoundError(`The ERP has no account ${number}.`);
  return account;
}
