import { parseCurrencyCode, type Payment } from "@crossdock/domain";
import type { PaymentDraft, PaymentWriter } from "@crossdock/source-contract";
import { unexpected, decimalField, exactNumber } from "@crossdock/source-http";
import { z } from "zod";
import { fitKey } from "./idempotency-key.ts";
import { hasKey, markReference, readReference } from "./payment-reference.ts";
import { refusalOf } from "./refusals.ts";
import { dateField, moneyOf } from "./wire-values.ts";
import type { XeroClient } from "./xero-client.ts";

const OPERATION = "PUT Payments";
/** A look-up that comes too early is followed by the same key, which the vendor then still knows. */
const SETTLE_MS = 1_000;
/** Only such a text may stand in a filter. */
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const paymentDocument = z.object({
  PaymentID: z.string(),
  Date: dateField,
  Amount: decimalField,
  Reference: z.string().nullish(),
  Invoice: z.object({ CurrencyCode: z.string() }),
});
type PaymentDocument = z.infer<typeof paymentDocument>;
const paymentList = z.object({ Payments: z.array(paymentDocument) });

type WriterDeps = {
  readonly client: XeroClient;
  /** Code of the account that receives customers' money; `null` books none. */
  readonly paymentAccountCode: string | null;
};

/**
 * The vendor replays what it was sent under the same key for some minutes; after that, only our key
 * in the payment's reference keeps it from being booked twice.
 */
export function createPaymentWriter({ client, paymentAccountCode }: WriterDeps): PaymentWriter {
  return {
    idempotency: "native",
    settleMs: SETTLE_MS,

    async findPayment({ invoiceId, key }, signal) {
      if (!GUID.test(invoiceId)) return null;
      const where = `Invoice.InvoiceID==guid("${invoiceId}")`;
      const booked = await client.getAll(
        { path: "/Payments", query: { where }, row: paymentDocument },
        signal,
      );
      const ours = booked.find(({ Reference }) => hasKey(Reference, key));
      return ours === undefined ? null : toPayment(ours);
    },

    async recordPayment(draft, idempotencyKey, signal) {
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
        const [payment] = client.decode(OPERATION, answer, paymentList).Payments;
        if (payment === undefined) throw unexpected(client.name, OPERATION, answer);
        return { kind: "done", document: toPayment(payment) };
      }
      const refusal = refusalOf(answer);
      if (refusal === null) throw unexpected(client.name, OPERATION, answer);
      return refusal;
    },
  };
}

function toBody(draft: PaymentDraft, accountCode: string) {
  return {
    Invoice: { InvoiceID: draft.invoiceId },
    Account: { Code: accountCode },
    Date: draft.receivedOn,
    Amount: exactNumber(draft.amount),
    Reference: markReference(draft.reference, draft.key),
  };
}

function toPayment({ PaymentID, Date, Amount, Reference, Invoice }: PaymentDocument): Payment {
  return {
    id: PaymentID,
    amount: moneyOf(Amount, parseCurrencyCode(Invoice.CurrencyCode)),
    receivedOn: Date,
    reference: readReference(Reference),
  };
}
