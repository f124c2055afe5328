import type { DisputeInvoicePayloadResolvers } from "../../generated/resolvers.ts";
import { invoiceOfCommand } from "../commands/invoice-of-command.ts";

export const DisputeInvoicePayload: DisputeInvoicePayloadResolvers = {
  invoice: (answer, _args, context) => invoiceOfCommand(answer, context),
};
