import {
  addMoney,
  extendPrice,
  parseDecimal,
  printMoney,
  type Invoice,
  type InvoiceDraft,
  type InvoiceNumber,
} from "@crossdock/domain";
import { UnknownOutcomeError } from "../errors.ts";
import type { InvoiceReader, InvoiceWriter } from "../invoices.ts";

export type SeededInvoiceWriter = {
  readonly invoices: InvoiceReader & InvoiceWriter;
  readonly draft: (number: InvoiceNumber) => InvoiceDraft;
  readonly refusedDraft: (number: InvoiceNumber) => InvoiceDraft;
  readonly count: (number: InvoiceNumber) => Promise<number>;
  readonly loseNextAnswer: () => Promise<void>;
};

/** Every InvoiceWriter passes it. */
export function invoiceWriterContract(
  name: string,
  seeded: () => Promise<SeededInvoiceWriter>,
): void {
  const signal = () => AbortSignal.timeout(10_000);
  let serial = 0;
  const nextNumber = () => `SO-T${String((serial += 1)).padStart(6, "0")}-1` as InvoiceNumber;

  test(`${name} raises an invoice with the draft's quantities, prices and total`, async () => {
    const { invoices, draft } = await seeded();
    const wanted = draft(nextNumber());
    const outcome = await invoices.createInvoice(wanted, `key-${wanted.number}`, signal());
    if (outcome.kind !== "done") throw new Error(`refused: ${outcome.message}`);
    const [read] = await invoices.readInvoicesByNumber([wanted.number], signal());
    expect(read).toMatchObject({
      number: wanted.number,
      customerNumber: wanted.customerNumber,
      orderNumbers: [wanted.orderNumber],
      status: "POSTED",
    });
    expect(
      read?.lines.map(({ sku, quantity, unitPrice, orderLine }) => ({
        sku,
        quantity,
        unitPrice,
        line: orderLine?.lineNumber,
      })),
    ).toEqual(
      wanted.lines.map(({ sku, quantity, unitPrice, orderLineNumber }) => ({
        sku,
        quantity,
        unitPrice,
        line: orderLineNumber,
      })),
    );
    expect(read?.balance).toEqual(read?.total);
  });

  test(`${name} books tax as it was calculated elsewhere, and freight beside the lines`, async () => {
    const { invoices, draft } = await seeded();
    const plain = draft(nextNumber());
    const [currency] = plain.lines.map(({ unitPrice }) => unitPrice.currency);
    if (currency === undefined) throw new Error("A draft without lines.");
    const usd = (amount: string) => ({ amount: parseDecimal(amount), currency });
    const wanted: InvoiceDraft = {
      ...plain,
      // Not what any rate would come to.
      lines: plain.lines.map((line, at) => ({ ...line, tax: usd(at === 0 ? "1.37" : "0") })),
      freight: { amount: usd("18.40"), tax: usd("0.23") },
    };
    const outcome = await invoices.createInvoice(wanted, `key-${wanted.number}`, signal());
    if (outcome.kind !== "done") throw new Error(`refused: ${outcome.message}`);
    const [read] = await invoices.readInvoicesByNumber([wanted.number], signal());
    const goods = wanted.lines.map(({ unitPrice, quantity }) =>
      extendPrice(unitPrice, quantity.value),
    );
    const subtotal = addMoney(usd("0"), ...goods);
    const total = addMoney(subtotal, usd("18.40"), usd("1.60"));
    expect(asNumbers(read)).toEqual(
      asNumbers({ subtotal, freight: usd("18.40"), tax: usd("1.60"), total }),
    );
    expect(read?.lines).toHaveLength(wanted.lines.length);
    const again = await invoices.createInvoice(wanted, `other-${wanted.number}`, signal());
    expect(again.kind).toBe("done");
  });

  test(`${name} makes one invoice of the same draft sent twice`, async () => {
    const { invoices, draft, count } = await seeded();
    const wanted = draft(nextNumber());
    await invoices.createInvoice(wanted, `key-${wanted.number}`, signal());
    const again = await invoices.createInvoice(wanted, `other-${wanted.number}`, signal());
    expect(again.kind).toBe("done");
    expect(await count(wanted.number)).toBe(1);
  });

  test(`${name} tells a refusal of the business from a failure`, async () => {
    const { invoices, refusedDraft, count } = await seeded();
    const unwanted = refusedDraft(nextNumber());
    const outcome = await invoices.createInvoice(unwanted, `key-${unwanted.number}`, signal());
    expect(outcome.kind).toBe("refused");
    expect(await count(unwanted.number)).toBe(0);
  });

  test(`${name} says that it does not know when the answer was lost, and finds the invoice`, async () => {
    const { invoices, draft, count, loseNextAnswer } = await seeded();
    const wanted = draft(nextNumber());
    await loseNextAnswer();
    await expect(
      invoices.createInvoice(wanted, `key-${wanted.number}`, signal()),
    ).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect((await invoices.findInvoice(wanted, signal()))?.number).toBe(wanted.number);
    expect(await count(wanted.number)).toBe(1);
  });
}

function asNumbers(
  invoice: Pick<Invoice, "subtotal" | "freight" | "tax" | "total"> | null | undefined,
) {
  if (invoice == null) return null;
  const { subtotal, freight, tax, total } = invoice;
  return [subtotal, freight ?? null, tax, total].map((amount) => amount && printMoney(amount));
}
