import { issueCreditMemo, type Acceptance, type CommandRequest } from "@crossdock/commands";
import {
  creditedBefore,
  creditMemoNumberOf,
  dateOf,
  judgeCredit,
  parseInvoiceId,
  type CreditMemoDraft,
  type CreditQuestion,
  type Invoice,
  type Money,
  type OrderId,
  type UserError,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { countingCalls } from "@crossdock/runtime";
import { lockCredits, saveCreditMemo, type CreditMemoRecord } from "@crossdock/processes";
import { idOrNull, RefusedCommand, takeCommand, type CommandPlan } from "@crossdock/subgraph-kit";
import type { IssueCreditMemoInput } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";
import type { InvoiceCommandView } from "../models.ts";
import { ordersOfInvoice } from "../orders-of-invoice.ts";
import { financeCommandView, UNKNOWN_INVOICE } from "./invoice-of-command.ts";
import { checkReason, readReason } from "./reason.ts";

type CreditData = ReturnType<(typeof issueCreditMemo)["parse"]>;
type Wanted = CreditQuestion & { readonly reason: string };
/** What is asked, over what: judged before it is taken, and again while nobody else credits the invoice. */
type Case = {
  readonly wanted: Wanted;
  readonly invoice: Invoice;
  readonly orderIds: readonly OrderId[];
};

export async function takeCreditMemo(
  { idempotencyKey, waitMs, invoiceId, ...asked }: IssueCreditMemoInput,
  context: Context,
): Promise<InvoiceCommandView> {
  const wanted: Wanted = {
    lines: asked.lines?.map(({ lineNumber, quantity }) => ({ lineNumber, quantity })) ?? null,
    amount: asked.amount ?? null,
    reason: readReason(asked.reason),
  };
  let judged: Case | null = null;
  const plan = async (): Promise<CommandPlan<CreditData>> => {
    const invoice = await readInvoice(invoiceId, context);
    if (invoice === null) return { kind: "refused", userErrors: [UNKNOWN_INVOICE] };
    const orders = await ordersOfInvoice(invoice, context);
    judged = { wanted, invoice, orderIds: orders.map(({ id }) => id) };
    const [memos = []] = await context.deps.creditMemoBook.readCreditMemos([invoice.id]);
    const credit = draftOf(judged, memos, memos.length + 1, context);
    if ("userErrors" in credit) return { kind: "refused", userErrors: credit.userErrors };
    return { kind: "planned", data: credit.data, customerNumber: invoice.customerNumber };
  };
  const answer = await takeCommand(
    {
      definition: issueCreditMemo,
      input: { idempotencyKey, waitMs: waitMs ?? 0 },
      intent: { invoiceId, ...wanted },
      plan,
      within: (trx, request) => accept(trx, request, judged, context),
    },
    context,
  );
  return financeCommandView(answer, { invoiceId }, context);
}

/** @throws {RefusedCommand} what others have credited in the meantime leaves too little */
async function accept(
  trx: LedgerTransaction,
  request: CommandRequest<CreditData>,
  judged: Case | null,
  context: Context,
): Promise<Acceptance> {
  if (judged === null) throw new Error("A credit was accepted without its invoice.");
  const { commandLog } = context.deps;
  const { id } = judged.invoice;
  const { memos, serial } = await lockCredits(trx, id);
  const credit = draftOf(judged, memos, serial, context);
  if ("userErrors" in credit) throw new RefusedCommand(credit.userErrors);
  const { data, total } = credit;
  const acceptance = await commandLog.accept(trx, issueCreditMemo, { ...request, data });
  if (acceptance.kind !== "accepted") return acceptance;
  const { number, reason, issuedOn } = data.draft;
  const lines = judged.wanted.lines ?? [];
  const commandId = acceptance.command.id;
  await saveCreditMemo(trx, id, { number, serial, commandId, reason, issuedOn, total, lines });
  return acceptance;
}

function draftOf(
  { wanted, invoice, orderIds }: Case,
  memos: readonly CreditMemoRecord[],
  serial: number,
  { deps: { clock } }: Context,
):
  | { readonly data: CreditData; readonly total: Money }
  | { readonly userErrors: readonly UserError[] } {
  const { id, number, customerNumber, orderNumbers } = invoice;
  const { reason } = wanted;
  const judged = judgeCredit(wanted, invoice, creditedBefore(invoice, memos));
  const userErrors = [
    ...(judged.kind === "refused" ? judged.userErrors : []),
    ...checkReason(reason),
  ];
  if (judged.kind === "refused" || number === null || userErrors.length > 0) return { userErrors };
  const { isTaxIncluded, lines, total } = judged;
  const draft: CreditMemoDraft = {
    number: creditMemoNumberOf(number, serial),
    invoiceId: id,
    customerNumber,
    currency: total.currency,
    issuedOn: dateOf(clock.now()),
    reason,
    isTaxIncluded,
    lines,
  };
  return {
    data: {
      draft: { ...draft, lines: [...lines] },
      invoiceNumber: number,
      orderNumbers: [...orderNumbers],
      orderIds: [...orderIds],
    },
    total,
  };
}

/**
 * The invoice as finance has it now: it does not judge a credit over its invoice itself, so that what we
 * were last told is not enough.
 * @throws {SourceUnavailableError} finance does not answer
 */
async function readInvoice(
  raw: string,
  { deps: { finance }, viewer, signal, reads }: Context,
): Promise<Invoice | null> {
  const id = idOrNull(parseInvoiceId, raw);
  if (id === null) return null;
  const [invoice = null] = await countingCalls(reads, () =>
    finance.invoices.readInvoices([id], signal),
  );
  return visibleTo(viewer, invoice);
}
