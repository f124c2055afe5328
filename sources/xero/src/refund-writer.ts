import { parseCurrencyCode, type CurrencyCode } from "@crossdock/domain";
import type { PaidRefund, RefundDraft, RefundWriter } from "@crossdock/source-contract";
import { decimalField, exactNumber, unexpected } from "@crossdock/source-http";
import { z } from "zod";
import { fitKey } from "./idempotency-key.ts";
import { refusalOf } from "./refusals.ts";
import { moneyOf } from "./wire-values.ts";
import type { XeroClient } from "./xero-client.ts";

const OPERATION = "PUT Payments";
/** A look-up that comes too early is followed by the same key, which the vendor then still knows. */
const SETTLE_MS = 1_000;
/** Only such a text may stand in a filter. */
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DELETED = "DELETED";

const refundDocument = z.object({
  PaymentID: z.string(),
  Amount: decimalField,
  Status: z.string().nullish(),
  Reference: z.string().nullish(),
  CreditNote: z.object({ CurrencyCode: z.string().nullish() }).nullish(),
});
type RefundDocument = z.infer<typeof refundDocument>;
const refundList = z.object({ Payments: z.array(refundDocument) });

type WriterDeps = {
  readonly client: XeroClient;
  /** Code of the account that refunds are paid from, the one that customers pay to; `null` pays none. */
  readonly paymentAccountCode: string | null;
  /** Of a refund whose document names none. */
  readonly currency: CurrencyCode;
};

/**
 * A refund is a payment of the credit note. The vendor replays what it was sent under the same key for some minutes; after
 * that, our reference on the credit note's payments keeps it from being paid twice.
 */
export function createRefundWriter({
  client,
  paymentAccountCode,
  currency,
}: WriterDeps): RefundWriter {
  const toRefund = ({ PaymentID, Amount, CreditNote }: RefundDocument): PaidRefund => ({
    id: PaymentID,
    amount: moneyOf(Amount, parseCurrencyCode(CreditNote?.CurrencyCode ?? currency)),
  });
  return {
    idempotency: "native",
    settleMs: SETTLE_MS,

    async findRefund(draft, signal) {
      if (!GUID.test(draft.creditMemoId)) return null;
      const where = `CreditNote.CreditNoteID==guid("${draft.creditMemoId}")`;
      const booked = await client.getAll(
        { path: "/Payments", query: { where }, row: refundDocument },
        signal,
      );
      const ours = booked.find(
        ({ Reference, Status }) => Reference === referenceOf(draft) && Status !== DELETED,
      );
      return ours === undefined ? null : toRefund(ours);
    },

    async payRefund(draft, idempotencyKey, signal) {
      if (paymentAccountCode === null) {
        const message = "Finance has no account for payments from here.";
        return { kind: "refused", code: "REFUSED", message };
      }
      const answer = await client.put(
        {
          path: "/Payments",
          query: {},
          body: { Payments: [toBody(draft, paymentAccountCode)] },
          idempotencyKey: fitKey(idempotencyKey),
        },
        signal,
      );
      if (answer.status === 200) {
        const [payment] = client.decode(OPERATION, answer, refundList).Payments;
        if (payment === undefined) throw unexpected(client.name, OPERATION, answer);
        return { kind: "done", document: toRefund(payment) };
      }
      const refusal = refusalOf(answer);
      if (refusal === null) throw unexpected(client.name, OPERATION, answer);
      return refusal;
    },
  };
}

function toBody(draft: RefundDraft, accountCode: string) {
  return {
    CreditNote: { CreditNoteID: draft.creditMemoId },
    Account: { Code: accountCode },
    Date: draft.paidOn,
    Amount: exactNumber(draft.amount),
    Reference: referenceOf(draft),
  };
}

function referenceOf({ creditMemoNumber }: RefundDraft): string {
  return `Refund of ${creditMemoNumber}`;
}
