import { parseInvoiceId, parseInvoiceNumber } from "@crossdock/domain";
import { idOrNull, oneOf } from "@crossdock/subgraph-kit";
import type { QueryResolvers } from "../../generated/resolvers.ts";
import { listInvoices } from "../list-invoices.ts";

export const Query: QueryResolvers = {
  invoice: (_root, { id, number }, { loaders }) => {
    const { by, value } = oneOf({ id, number });
    if (by === "id") {
      const parsed = idOrNull(parseInvoiceId, value);
      return parsed === null ? null : loaders.invoiceByGivenId.load(parsed);
    }
    const parsed = idOrNull(parseInvoiceNumber, value);
    return parsed === null ? null : loaders.invoiceByGivenNumber.load(parsed);
  },
  invoices: (_root, args, context) => listInvoices(args, null, context),
};
