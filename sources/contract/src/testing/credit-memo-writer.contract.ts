import {
  addDecimals,
  compareDecimals,
  extendPrice,
  subtractDecimals,
  type CreditMemoDraft,
  type Decimal,
  type Invoice,
} from "@crossdock/domain";
import { UnknownOutcomeError } from "../errors.ts";
import type { CreditMemoWriter } from "../invoices.ts";

export type SeededCreditMemoWriter = {
  readonly creditMemos: CreditMemoWriter;
  /** A first credit of a new posted invoice, of less than its balance. */
  readonly draft: () => Promise<CreditMemoDraft>;
  readonly readInvoice: (draft: CreditMemoDraft) => Promise<Invoice>;
  /** Books a payment of what is open on the draft's invoice. */
  readonly payInvoice: (draft: CreditMemoDraft) => Promise<void>;
  /** How many credits of the draft's number there are. */
  readonly count: (draft: CreditMemoDraft) => Promise<number>;
  /** Until `mend`: of the first step, which issues, or of the second, which applies. */
  readonly loseAnswers: (step: "issue" | "apply") => Promise<void>;
  /** Until `mend`: the second step is turned away at the door. */
  readonly refuseApplying: () => Promise<void>;
  readonly mend: () => Promise<void>;
};

/** Every CreditMemoWriter passes it. */
export function creditMemoWriterContract(
  name: string,
  seeded: () => Promise<SeededCreditMemoWriter>,
): void {
  const signal = () => AbortSignal.timeout(10_000);
  const issue = async ({ creditMemos }: SeededCreditMemoWriter, wanted: CreditMemoDraft) => {
    const outcome = await creditMemos.issueCreditMemo(wanted, wanted.number, signal());
    if (outcome.kind !== "done") throw new Error(`refused: ${outcome.message}`);
    return outcome.document;
  };
  const once = async (writer: SeededCreditMemoWriter, wanted: CreditMemoDraft) => {
    const { total, balance, creditMemos } = await writer.readInvoice(wanted);
    expect(creditMemos.map(({ number }) => number)).toEqual([wanted.number]);
    expectSame(balance.amount, subtractDecimals(total.amount, totalOf(wanted)));
    expect(await writer.count(wanted)).toBe(1);
  };

  test(`${name} issues a credit of the draft's lines, which lowers the balance by its total`, async () => {
    const writer = await seeded();
    const wanted = await writer.draft();
    const { memo, applied } = await issue(writer, wanted);
    expect(memo).toMatchObject({ number: wanted.number, issuedOn: wanted.issuedOn });
    expectSame(memo.total.amount, totalOf(wanted));
    expectSame(applied.amount, totalOf(wanted));
    await once(writer, wanted);
  });

  test(`${name} makes an invoice CREDITED with a credit of all of it`, async () => {
    const writer = await seeded();
    const part = await writer.draft();
    const { total } = await writer.readInvoice(part);
    const [line] = part.lines;
    if (line === undefined) throw new Error("The draft has no line.");
    const whole = {
      ...part,
      isTaxIncluded: true,
      lines: [{ ...line, quantity: { ...line.quantity, value: "1" as Decimal }, unitPrice: total }],
    };
    await issue(writer, whole);
    expect(await writer.readInvoice(whole)).toMatchObject({ status: "CREDITED" });
  });

  test(`${name} applies no more than what is open, and leaves the rest as the customer's credit`, async () => {
    const writer = await seeded();
    const wanted = await writer.draft();
    await writer.payInvoice(wanted);
    const { memo, applied } = await issue(writer, wanted);
    expectSame(memo.total.amount, totalOf(wanted));
    expectSame(applied.amount, "0" as Decimal);
    expect(await writer.readInvoice(wanted)).toMatchObject({ status: "PAID", creditMemos: [] });
    expect(await writer.creditMemos.findCreditMemo(wanted, signal())).toMatchObject({
      memo: { id: memo.id },
    });
  });

  test(`${name} issues and applies one credit of the same draft sent twice under one key`, async () => {
    const writer = await seeded();
    const wanted = await writer.draft();
    const first = await issue(writer, wanted);
    expect((await issue(writer, wanted)).memo.id).toBe(first.memo.id);
    await once(writer, wanted);
  });

  test(`${name} finds nothing before it is issued, and then what it issued`, async () => {
    const writer = await seeded();
    const wanted = await writer.draft();
    expect(await writer.creditMemos.findCreditMemo(wanted, signal())).toBeNull();
    const issued = await issue(writer, wanted);
    expect(await writer.creditMemos.findCreditMemo(wanted, signal())).toEqual(issued);
  });

  test.each(["issue", "apply"] as const)(
    `${name} says that it does not know when the answer to its step "%s" was lost, and goes on from there`,
    async (step) => {
      const writer = await seeded();
      const wanted = await writer.draft();
      await writer.loseAnswers(step);
      await expect(issue(writer, wanted)).rejects.toBeInstanceOf(UnknownOutcomeError);
      await writer.mend();
      const found = await writer.creditMemos.findCreditMemo(wanted, signal());
      // Issued alone is half of it.
      if (step === "issue") expect(found).toBeNull();
      expectSame((found ?? (await issue(writer, wanted))).applied.amount, totalOf(wanted));
      await once(writer, wanted);
    },
  );

  test(`${name} does not say that nothing was done when it could not apply what it issued`, async () => {
    const writer = await seeded();
    const wanted = await writer.draft();
    await writer.refuseApplying();
    await expect(issue(writer, wanted)).rejects.toBeInstanceOf(UnknownOutcomeError);
    await writer.mend();
    expect(await writer.creditMemos.findCreditMemo(wanted, signal())).toBeNull();
    await issue(writer, wanted);
    await once(writer, wanted);
  });

  test(`${name} does not take another credit of that number for its own`, async () => {
    const writer = await seeded();
    const wanted = await writer.draft();
    await issue(writer, wanted);
    const [line] = wanted.lines;
    const other = { ...wanted, lines: line === undefined ? [] : [line, line, line] };
    expect(await writer.creditMemos.findCreditMemo(other, signal())).toBeNull();
    const outcome = await writer.creditMemos.issueCreditMemo(other, "another key", signal());
    expect(outcome).toMatchObject({ kind: "refused", code: "REFUSED" });
    await once(writer, wanted);
  });
}

function totalOf({ lines }: CreditMemoDraft): Decimal {
  return addDecimals(
    ...lines.map(({ unitPrice, quantity }) => extendPrice(unitPrice, quantity.value).amount),
  );
}

function expectSame(actual: Decimal, expected: Decimal): void {
  expect([actual, compareDecimals(actual, expected)]).toEqual([actual, 0]);
}
