import { NotFoundError } from "@crossdock/subgraph-kit";
import type { InvoiceEventResolvers } from "../../generated/resolvers.ts";

export const InvoiceEvent: InvoiceEventResolvers = {
  // The book was written before finance's event: asking finance for every subscriber would tell no more. An
  // invoice can be disputed before its own webhook has come.
  invoice: async ({ invoiceId }, _args, { loaders }) => {
    const invoice =
      (await loaders.invoiceInBook.load(invoiceId)) ?? (await loaders.invoiceById.load(invoiceId));
    if (invoice === null) throw new NotFoundError("This invoice is not there any more.");
    return invoice;
  },
};
