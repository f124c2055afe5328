import type { RecordPaymentPayloadResolvers } from "../../generated/resolvers.ts";
import { invoiceOfCommand } from "../commands/invoice-of-command.ts";

export const RecordPaymentPayload: RecordPaymentPayloadResolvers = {
  invoice: (answer, _args, context) => invoiceOfCommand(answer, context),
};
