import type { CreditedQuantity, CreditMemo, InvoiceId, LocalDate, Money } from "@crossdock/domain";

/** A credit of an invoice that was asked for here and that nobody has refused. */
export type CreditMemoRecord = {
  readonly number: string;
  readonly commandId: string;
  readonly reason: string;
  readonly issuedOn: LocalDate;
  /** With tax. */
  readonly total: Money;
  /** Empty for an amount. */
  readonly lines: readonly CreditedQuantity[];
  /** Finance's own id; `null` until it has issued it. */
  readonly financeId: string | null;
};

/** The credits that were asked for here: finance knows neither their lines nor, by the invoice, their reasons. */
export interface CreditMemoBook {
  /** @param ids 1 to 500, distinct @returns in key order, oldest first */
  readCreditMemos(ids: readonly InvoiceId[]): Promise<readonly (readonly CreditMemoRecord[])[]>;
}

/** As readers are told of it; `null` until finance has issued it. */
export function creditMemoOf(record: CreditMemoRecord): CreditMemo | null {
  const { financeId: id, number, total, issuedOn, reason } = record;
  return id === null ? null : { id, number, total, issuedOn, reason };
}
