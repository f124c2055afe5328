import type {
  CreditedQuantity,
  CreditMemo,
  CreditMemoDraft,
  Invoice,
  InvoiceId,
  LocalDate,
  Money,
  UserError,
} from "@crossdock/domain";

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
  /**
   * Writes down, once per command, the credit that a command of our own is about to issue, under the next number of its
   * invoice: judged over what is left of that, while nobody else credits it. Asked again, it is the same credit.
   */
  claimCredit(wanted: WantedCredit): Promise<ClaimedCredit>;
}

export type WantedCredit = {
  readonly commandId: string;
  /** As finance has it now. */
  readonly invoice: Invoice;
  readonly lines: readonly CreditedQuantity[];
  readonly reason: string;
  readonly issuedOn: LocalDate;
};

export type ClaimedCredit =
  | { readonly kind: "claimed"; readonly draft: CreditMemoDraft }
  | ({ readonly kind: "refused" } & Pick<UserError, "code" | "message">);

/** As readers are told of it; `null` until finance has issued it. */
export function creditMemoOf(record: CreditMemoRecord): CreditMemo | null {
  const { financeId: id, number, total, issuedOn, reason } = record;
  return id === null ? null : { id, number, total, issuedOn, reason };
}
