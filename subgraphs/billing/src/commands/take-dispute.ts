import { disputeInvoice, type CommandRecord } from "@crossdock/commands";
import { checkDispute, refuseSecondDispute } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import {
  idsOfNumbers,
  invoiceChangedEvent,
  lockInvoices,
  openDispute,
  type CommandEffects,
} from "@crossdock/processes";
import { RefusedCommand, takeCommand, type CommandPlan } from "@crossdock/subgraph-kit";
import type { DisputeInvoiceInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { InvoiceCommandView, InvoiceView } from "../models.ts";
import { findInvoice, invoiceCommandView, UNKNOWN_INVOICE } from "./invoice-of-command.ts";
import { checkReason, readReason } from "./reason.ts";

type DisputeData = ReturnType<(typeof disputeInvoice)["parse"]>;

export async function takeDispute(
  { idempotencyKey, waitMs, invoiceId, reason: text }: DisputeInvoiceInput,
  context: Context,
): Promise<InvoiceCommandView> {
  const reason = readReason(text);
  let seen: InvoiceView | null = null;
  const plan = async (): Promise<CommandPlan<DisputeData>> => {
    seen = await findInvoice(invoiceId, context);
    if (seen === null) return { kind: "refused", userErrors: [UNKNOWN_INVOICE] };
    const dispute = await context.loaders.openDispute.load(seen.id);
    const userErrors = [
      ...checkDispute(seen),
      ...(dispute === null ? [] : [refuseSecondDispute(dispute)]),
      ...checkReason(reason),
    ];
    if (userErrors.length > 0) return { kind: "refused", userErrors };
    const { id, customerNumber } = seen;
    return { kind: "planned", data: { invoiceId: id, reason }, customerNumber };
  };
  const answer = await takeCommand(
    {
      definition: disputeInvoice,
      input: { idempotencyKey, waitMs: waitMs ?? 0 },
      intent: { invoiceId, reason },
      plan,
      work: (trx, command) => dispute(trx, command, seen, reason),
    },
    context,
  );
  return invoiceCommandView(answer, { invoiceId });
}

/** @throws {RefusedCommand} somebody was faster: it is settled, or disputed already */
async function dispute(
  trx: LedgerTransaction,
  command: CommandRecord,
  seen: InvoiceView | null,
  reason: string,
) {
  if (seen === null) throw new Error("A dispute was accepted without its invoice.");
  const known = (await lockInvoices(trx, [seen.id])).get(seen.id);
  // The book may be behind finance, or ahead of what finance said when it was asked.
  const invoice = known !== undefined && known.modifiedAt > seen.modifiedAt ? known : seen;
  const closed = checkDispute(invoice);
  if (closed.length > 0) throw new RefusedCommand(closed);
  const { id, number, customerNumber, orderNumbers } = invoice;
  const earlier = await openDispute(trx, {
    id: command.id,
    invoiceId: id,
    customerNumber,
    reason,
    openedAt: command.acceptedAt,
    openedBy: command.requestedBy,
  });
  if (earlier !== null) throw new RefusedCommand([refuseSecondDispute(earlier)]);
  const orders = await idsOfNumbers(trx, orderNumbers);
  const event = invoiceChangedEvent({
    invoiceId: id,
    invoiceNumber: number,
    change: "DISPUTED",
    status: "DISPUTED",
    orderNumbers: [...orderNumbers],
    orderIds: orderNumbers.flatMap((name) => orders.get(name)?.id ?? []),
    customerNumber,
    at: command.acceptedAt,
  });
  const effects: CommandEffects = { orders: [], events: [event] };
  return { typename: "Invoice", id, effects };
}
