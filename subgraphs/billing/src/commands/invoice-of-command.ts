import {
  invoiceSubject,
  parseInvoiceId,
  receivablesSubject,
  refusal,
  type InvoiceId,
  type UserError,
} from "@crossdock/domain";
import { commandView, idOrNull, type CommandAnswer } from "@crossdock/subgraph-kit";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";
import type { InvoiceCommandView, InvoiceView } from "../models.ts";

/** Of another account's invoice nothing is told: it reads like one that does not exist. */
export const UNKNOWN_INVOICE: UserError = refusal(
  "UNKNOWN_INVOICE",
  "There is no such invoice that you may see.",
  ["invoiceId"],
);

/**
 * The invoice that a client names, as finance has it, or as we were last told while finance does not
 * answer; `null` when there is none that the viewer may see. Another account's is looked for like one that nobody
 * told us of.
 * @throws {SourceUnavailableError} finance does not answer, and we were never told of it
 */
export async function findInvoice(
  raw: string,
  { loaders, viewer }: Context,
): Promise<InvoiceView | null> {
  const id = idOrNull(parseInvoiceId, raw);
  if (id === null) return null;
  const record = await loaders.invoiceRecord.load(id);
  const isOwn = record !== null && visibleTo(viewer, record.invoice) !== null;
  const isThere = isOwn || (await loaders.invoiceByGivenId.load(id)) !== null;
  return isThere ? loaders.invoiceAsNow.load(id) : null;
}

export function invoiceCommandView(
  { command, replayed, userErrors }: CommandAnswer,
  input: { readonly invoiceId: string },
): InvoiceCommandView {
  return {
    command: command === null ? null : commandView(command),
    invoiceId: command === null ? null : idOrNull(parseInvoiceId, input.invoiceId),
    replayed,
    userErrors,
  };
}

/** The same for a command that finance does: what finance tells of it comes later. */
export function financeCommandView(
  answer: CommandAnswer,
  input: { readonly invoiceId: string },
  { changedHere }: Context,
): InvoiceCommandView {
  const view = invoiceCommandView(answer, input);
  if (view.invoiceId !== null) changedHere.note(view.invoiceId);
  return view;
}

/**
 * Read anew: it was judged before the command, which may have changed it while we waited. What finance tells of that
 * comes later; whoever has the answer to a command is never shown what was before it.
 */
export async function invoiceOfCommand(
  { invoiceId }: { readonly invoiceId: InvoiceId | null },
  { loaders, deps: { readCache } }: Context,
): Promise<InvoiceView | null> {
  if (invoiceId === null) return null;
  loaders.openDispute.clear(invoiceId);
  readCache.expire([invoiceSubject(invoiceId)]);
  const invoice = await loaders.invoiceAsNow.clear(invoiceId).load(invoiceId);
  if (invoice !== null) readCache.expire([receivablesSubject(invoice.customerNumber)]);
  return invoice;
}
