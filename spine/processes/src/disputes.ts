import {
  instantOf,
  type CustomerNumber,
  type Dispute,
  type Instant,
  type InvoiceId,
} from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";

export type NewDispute = Dispute & {
  /** The command that opens it. */
  readonly id: string;
  readonly customerNumber: CustomerNumber;
  /** Who asked for it. */
  readonly openedBy: string;
};

/**
 * Of two who dispute an invoice at the same moment the second waits here for the first.
 * @returns `null` when it is open now; else the one that is open already, and nothing was written
 */
export async function openDispute(
  trx: LedgerTransaction,
  dispute: NewDispute,
): Promise<Dispute | null> {
  const { id, invoiceId, customerNumber, reason, openedAt, openedBy } = dispute;
  const row = await trx
    .insertInto("disputes")
    .values({
      id,
      invoice_id: invoiceId,
      customer_number: customerNumber,
      reason,
      opened_at: openedAt,
      opened_by: openedBy,
      closed_at: null,
    })
    .onConflict((conflict) =>
      conflict.column("invoice_id").where("closed_at", "is", null).doNothing(),
    )
    .returning("id")
    .executeTakeFirst();
  if (row !== undefined) return null;
  const [earlier] = await readOpenDisputes(trx, [invoiceId]);
  // Closed in that moment: there is room now.
  return earlier ?? openDispute(trx, dispute);
}

/** Whatever was disputed of them is settled. @param invoices at most 1,000 */
export async function closeDisputes(
  trx: LedgerTransaction,
  invoices: readonly { readonly id: InvoiceId }[],
  at: Instant,
): Promise<void> {
  if (invoices.length === 0) return;
  await trx
    .updateTable("disputes")
    .set({ closed_at: at })
    .where(
      "invoice_id",
      "in",
      invoices.map(({ id }) => id),
    )
    .where("closed_at", "is", null)
    .execute();
}

/** @param ids at most 500, distinct @returns in key order, `null` where none is open */
export async function readOpenDisputes(
  db: Ledger["db"],
  ids: readonly InvoiceId[],
): Promise<readonly (Dispute | null)[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("disputes")
    .select(["invoice_id", "reason", "opened_at"])
    .where("invoice_id", "in", [...ids])
    .where("closed_at", "is", null)
    .execute();
  const open = new Map(rows.map((row) => [row.invoice_id, row]));
  return ids.map((invoiceId) => {
    const row = open.get(invoiceId);
    return row === undefined
      ? null
      : { invoiceId, reason: row.reason, openedAt: instantOf(row.opened_at) };
  });
}
