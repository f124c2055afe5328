import { dateOf, parseCustomerNumber, type CustomerNumber } from "@crossdock/domain";
import { MAX_INVOICES_PER_PAGE, type InvoiceQuery } from "@crossdock/processes";
import {
  boundedCount,
  connectionOf,
  datePosition,
  decodePosition,
  parseFirst,
  requireViewer,
} from "@crossdock/subgraph-kit";
import type { InvoiceFilter, QueryinvoicesArgs } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";
import type { InvoiceConnectionView, InvoiceView } from "./models.ts";

/**
 * One page of the book's list, with its documents from the book, or from finance in one call for the page.
 * @param only the account whose invoices are asked for; `null` is every one that the viewer may see
 */
export async function listInvoices(
  { filter, first, after }: QueryinvoicesArgs,
  only: CustomerNumber | null,
  context: Context,
): Promise<InvoiceConnectionView> {
  const { invoiceBook } = context.deps;
  const page = {
    first: parseFirst(first, MAX_INVOICES_PER_PAGE),
    after: decodePosition(after, datePosition),
  };
  const conditions = conditionsOf(filter ?? {}, only, context);
  if (conditions === null) {
    return connectionOf({ rows: [], hasNextPage: false, after, totalCount: () => 0 });
  }
  const query: InvoiceQuery = {
    ...conditions,
    ...page,
    visibleTo: requireViewer(context).customers,
  };
  const { rows, hasNextPage } = await invoiceBook.listInvoices(query);
  for (const { record } of rows) context.loaders.remember(record);
  const nodes = await Promise.all(rows.map(({ record }) => presentOf(record.invoice, context)));
  return connectionOf<InvoiceView>({
    rows: rows.flatMap(({ position }, at) => {
      const node = nodes[at] ?? null;
      return node === null ? [] : [{ node, position }];
    }),
    hasNextPage,
    after,
    totalCount: () => boundedCount((atMost) => invoiceBook.countInvoices(query, atMost)),
  });
}

/** As the book has it also when finance has dropped it since. */
async function presentOf({ id }: { readonly id: InvoiceView["id"] }, { loaders }: Context) {
  return (await loaders.invoiceById.load(id)) ?? loaders.invoiceInBook.load(id);
}

type Conditions = Omit<InvoiceQuery, "visibleTo" | "first" | "after">;

/**
 * @returns `null` when nothing can match: two accounts are asked for at once
 * @throws {InvalidValueError} on a value that can be no such thing
 */
function conditionsOf(
  { customerId, status, issuedFrom, issuedTo, overdue }: InvoiceFilter,
  only: CustomerNumber | null,
  { deps }: Context,
): Conditions | null {
  const asked = customerId == null ? null : parseCustomerNumber(customerId);
  if (asked !== null && only !== null && asked !== only) return null;
  const customerNumber = only ?? asked;
  return {
    ...(customerNumber !== null && { customerNumber }),
    ...(status != null && { statuses: status }),
    ...(issuedFrom != null && { issuedFrom }),
    ...(issuedTo != null && { issuedTo }),
    ...(overdue != null && { overdue }),
    today: dateOf(deps.clock.now()),
  };
}
