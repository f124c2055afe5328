import type { OrderState } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";

/** How the bills of an order stood before something happened to it, and after. */
type Change = { readonly before: OrderState; readonly state: OrderState };

/** Notes when the bills were posted that are posted now: how long billing takes is told from it. */
export async function noteBilledShipments(
  trx: LedgerTransaction,
  changes: readonly Change[],
): Promise<void> {
  const rows = changes.flatMap(({ before, state }) => {
    const posted = new Set(before.invoices.flatMap((bill) => (bill.postedAt ? [bill.number] : [])));
    return state.invoices.flatMap(({ number, openedAt, postedAt }) =>
      postedAt === null || posted.has(number) || state.draft.isSynthetic === true
        ? []
        : [
            {
              invoice_number: number,
              order_id: state.id,
              shipped_at: openedAt,
              posted_at: postedAt,
            },
          ],
    );
  });
  if (rows.length === 0) return;
  await trx
    .insertInto("billed_shipments")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
