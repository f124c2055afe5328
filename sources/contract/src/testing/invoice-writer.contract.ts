import type { InvoiceDraft, InvoiceNumber } from "@crossdock/domain";
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
