import { randomBytes } from "node:crypto";
import { recordPayment } from "@crossdock/commands";
import { checkPayment, dateOf, mintOrderKey } from "@crossdock/domain";
import { invalidValue, isShortText, takeCommand, type CommandPlan } from "@crossdock/subgraph-kit";
import type { RecordPaymentInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { InvoiceCommandView } from "../models.ts";
import { findInvoice, financeCommandView, UNKNOWN_INVOICE } from "./invoice-of-command.ts";

/** Our key shares the field in finance, which holds 255. */
const MAX_REFERENCE_CHARACTERS = 200;

type PaymentData = ReturnType<(typeof recordPayment)["parse"]>;

export async function takePayment(
  { idempotencyKey, waitMs, ...wanted }: RecordPaymentInput,
  context: Context,
): Promise<InvoiceCommandView> {
  const intent = { ...wanted, reference: wanted.reference?.trim() || null };
  const answer = await takeCommand(
    {
      definition: recordPayment,
      input: { idempotencyKey, waitMs: waitMs ?? 0 },
      intent,
      plan: () => planPayment(intent, context),
    },
    context,
  );
  return financeCommandView(answer, wanted, context);
}

async function planPayment(
  {
    invoiceId,
    amount,
    receivedOn,
    reference,
  }: Omit<PaymentData, "key" | "invoiceId"> & {
    readonly invoiceId: string;
  },
  context: Context,
): Promise<CommandPlan<PaymentData>> {
  const invoice = await findInvoice(invoiceId, context);
  if (invoice === null) return { kind: "refused", userErrors: [UNKNOWN_INVOICE] };
  const userErrors = [
    ...checkPayment({ amount, receivedOn }, invoice, dateOf(context.deps.clock.now())),
    ...(reference === null || isShortText(reference, MAX_REFERENCE_CHARACTERS)
      ? []
      : [invalidValue("reference", `at most ${String(MAX_REFERENCE_CHARACTERS)} characters`)]),
  ];
  if (userErrors.length > 0) return { kind: "refused", userErrors };
  const key = mintOrderKey(randomBytes);
  return {
    kind: "planned",
    data: { key, invoiceId: invoice.id, amount, receivedOn, reference },
    customerNumber: invoice.customerNumber,
  };
}
