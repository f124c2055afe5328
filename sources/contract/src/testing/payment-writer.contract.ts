import { compareDecimals, parseDecimal, subtractDecimals, type Invoice } from "@crossdock/domain";
import { UnknownOutcomeError } from "../errors.ts";
import type { PaymentDraft, PaymentWriter } from "../invoices.ts";

export type SeededPaymentWriter = {
  readonly payments: PaymentWriter;
  /** A payment under a new key of a new posted invoice, of less than its balance. */
  readonly draft: () => Promise<PaymentDraft>;
  readonly readInvoice: (draft: PaymentDraft) => Promise<Invoice>;
  readonly loseNextAnswer: () => Promise<void>;
};

/** Every PaymentWriter passes it. */
export function paymentWriterContract(
  name: string,
  seeded: () => Promise<SeededPaymentWriter>,
): void {
  const signal = () => AbortSignal.timeout(10_000);

  test(`${name} books a part payment, which lowers the balance by its amount`, async () => {
    const { payments, draft, readInvoice } = await seeded();
    const wanted = await draft();
    const before = await readInvoice(wanted);
    const outcome = await payments.recordPayment(wanted, wanted.key, signal());
    if (outcome.kind !== "done") throw new Error(`refused: ${outcome.message}`);
    const { receivedOn, reference } = wanted;
    expect(outcome.document).toMatchObject({ receivedOn, reference });
    const after = await readInvoice(wanted);
    expect(after.status).toBe("PARTIALLY_PAID");
    expect(after.payments).toEqual([outcome.document]);
    const left = subtractDecimals(before.balance.amount, wanted.amount);
    expect(compareDecimals(after.balance.amount, left)).toBe(0);
  });

  test(`${name} makes an invoice PAID with a payment of its whole balance`, async () => {
    const { payments, draft, readInvoice } = await seeded();
    const part = await draft();
    const whole = { ...part, amount: (await readInvoice(part)).balance.amount };
    await payments.recordPayment(whole, whole.key, signal());
    expect(await readInvoice(whole)).toMatchObject({ status: "PAID" });
  });

  test(`${name} books one payment of the same draft sent twice under one key`, async () => {
    const { payments, draft, readInvoice } = await seeded();
    const wanted = await draft();
    const first = await payments.recordPayment(wanted, wanted.key, signal());
    expect(await payments.recordPayment(wanted, wanted.key, signal())).toEqual(first);
    expect((await readInvoice(wanted)).payments).toHaveLength(1);
  });

  test(`${name} refuses more than the balance, and books nothing`, async () => {
    const { payments, draft, readInvoice } = await seeded();
    const wanted = { ...(await draft()), amount: parseDecimal("99999999") };
    const outcome = await payments.recordPayment(wanted, wanted.key, signal());
    expect(outcome).toMatchObject({ kind: "refused", code: "EXCEEDS_BALANCE" });
    expect((await readInvoice(wanted)).payments).toEqual([]);
    expect(await payments.findPayment(wanted, signal())).toBeNull();
  });

  test(`${name} says that it does not know when the answer was lost, and finds the payment`, async () => {
    const { payments, draft, readInvoice, loseNextAnswer } = await seeded();
    const wanted = await draft();
    await loseNextAnswer();
    await expect(payments.recordPayment(wanted, wanted.key, signal())).rejects.toBeInstanceOf(
      UnknownOutcomeError,
    );
    const found = await payments.findPayment(wanted, signal());
    expect((await readInvoice(wanted)).payments).toEqual([found]);
  });

  test(`${name} does not take another payment of the invoice for the one that is looked for`, async () => {
    const { payments, draft } = await seeded();
    const [one, other] = [await draft(), await draft()];
    await payments.recordPayment(one, one.key, signal());
    expect(await payments.findPayment({ ...one, key: other.key }, signal())).toBeNull();
  });
}
