import {
  isOpenInvoice,
  parseInvoiceId,
  statusWithDispute,
  type Dispute,
  type Instant,
} from "@crossdock/domain";
import { creditMemosOf } from "../credit-memos-of.ts";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { Blocker, InvoiceResolvers, Posting } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { InvoiceView } from "../models.ts";
import { ordersOfInvoice } from "../orders-of-invoice.ts";
import { shipmentsOfInvoice } from "../shipments-of-invoice.ts";

export const Invoice: InvoiceResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const parsed = idOrNull(parseInvoiceId, id);
    return parsed === null ? null : loaders.invoiceById.load(parsed);
  },
  customer: ({ customerNumber }) => ({ number: customerNumber }),
  orders: (invoice, _args, context) => ordersOfInvoice(invoice, context),
  shipments: async (invoice, _args, context) =>
    shipmentsOfInvoice(invoice, await ordersOfInvoice(invoice, context), context),
  status: async (invoice, _args, { loaders }) =>
    statusWithDispute(invoice, await loaders.openDispute.load(invoice.id)),
  creditMemos: async (invoice, _args, { loaders }) =>
    creditMemosOf(invoice, (await loaders.creditMemosOf.load(invoice.id)) ?? []),
  blockers: async (invoice, _args, { loaders }) =>
    blockersOf(invoice, await loaders.openDispute.load(invoice.id)),
  postings: async (invoice, _args, context) => [await postingOf(invoice, context)],
};

function blockersOf(invoice: InvoiceView, dispute: Dispute | null): Blocker[] {
  const blocker = (code: string, message: string, owner: string, since: Instant | null = null) => [
    { code, message, since, owner },
  ];
  const disputed =
    dispute !== null && isOpenInvoice(invoice)
      ? blocker(
          "DISPUTED",
          `The customer does not agree: ${dispute.reason}`,
          "finance",
          dispute.openedAt,
        )
      : [];
  switch (invoice.status) {
    case "DRAFT":
      return blocker("NOT_POSTED", "Finance has not posted this invoice yet.", "finance");
    case "OVERDUE": {
      const message = `Payment was due on ${invoice.dueOn ?? "an earlier day"}.`;
      return [...disputed, ...blocker("OVERDUE", message, "customer")];
    }
    default:
      return disputed;
  }
}

/** How long finance took, where our process asked for the invoice. */
async function postingOf(invoice: InvoiceView, context: Context): Promise<Posting> {
  const { number, status, provenance } = invoice;
  const asked = (await ordersOfInvoice(invoice, context))
    .flatMap(({ state }) => state?.invoices ?? [])
    .find((known) => known.number === number);
  const postedAt = asked?.postedAt ?? null;
  return {
    source: provenance.source,
    state: status === "DRAFT" ? "PENDING" : "POSTED",
    documentNumber: number,
    postedAt,
    lagSeconds:
      asked == null || asked.requestedAt === null || postedAt === null
        ? null
        : (Date.parse(postedAt) - Date.parse(asked.requestedAt)) / 1_000,
  };
}
