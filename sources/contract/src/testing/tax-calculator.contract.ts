import { addMoney, compareDecimals, isPositive, parseDecimal, type Money } from "@crossdock/domain";
import { SourceRateLimitedError, SourceUnavailableError, UnknownOutcomeError } from "../errors.ts";
import type { TaxAnswer, TaxCalculator, TaxDraft } from "../tax.ts";
import type { WriteOutcome } from "../write-outcome.ts";

export type SeededTaxCalculator = {
  readonly calculations: TaxCalculator;
  /** Under a number of its own each time: two lines and freight of a customer who is taxed, to where tax is due. */
  readonly draft: () => TaxDraft;
  /** The same to a customer who is exempt. */
  readonly exemptDraft: () => TaxDraft;
  /** To a place that does not exist. */
  readonly refusedDraft: () => TaxDraft;
  /** How many documents of that number the source keeps. */
  readonly count: (documentNumber: string) => Promise<number>;
  readonly loseNextAnswer: () => Promise<void>;
  readonly refuseForLoad: () => Promise<void>;
  readonly takeAway: () => Promise<void>;
  /** Everything is well again. */
  readonly mend: () => Promise<void>;
};

/** Every TaxCalculator passes it. */
export function taxCalculatorContract(
  name: string,
  seeded: () => Promise<SeededTaxCalculator>,
): void {
  const signal = () => AbortSignal.timeout(10_000);

  test(`${name} tells the tax of each line and of freight, and who levies it, to the same total`, async () => {
    const { calculations, draft } = await seeded();
    const wanted = draft();
    const answer = doneOf(await calculations.estimateTax(wanted, signal()));
    expect(answer.documentNumber).toBe(wanted.documentNumber);
    expect(answer.lines.map(({ lineNumber }) => lineNumber)).toEqual(
      wanted.lines.map(({ lineNumber }) => lineNumber),
    );
    expect(isPositive(answer.total.amount)).toBe(true);
    const lines = addMoney(answer.freightTax, ...answer.lines.map(({ tax }) => tax));
    expectSame(lines, answer.total);
    const [first, ...others] = answer.jurisdictions.map(({ tax }) => tax);
    if (first === undefined) throw new Error("Nobody levies it.");
    expectSame(addMoney(first, ...others), answer.total);
  });

  test(`${name} leaves nothing behind of an estimate`, async () => {
    const { calculations, draft, count } = await seeded();
    const wanted = draft();
    await calculations.estimateTax(wanted, signal());
    expect(await calculations.findTax(wanted.documentNumber, signal())).toBeNull();
    expect(await count(wanted.documentNumber)).toBe(0);
  });

  test(`${name} records what it estimated, and finds it again`, async () => {
    const { calculations, draft } = await seeded();
    const wanted = draft();
    const estimate = await calculations.estimateTax(wanted, signal());
    const recorded = await calculations.recordTax(wanted, signal());
    expect(recorded).toEqual(estimate);
    expect(await calculations.findTax(wanted.documentNumber, signal())).toEqual(doneOf(recorded));
  });

  test(`${name} takes nothing of who is exempt, and records it all the same`, async () => {
    const { calculations, exemptDraft, count } = await seeded();
    const wanted = exemptDraft();
    const answer = doneOf(await calculations.recordTax(wanted, signal()));
    expect(compareDecimals(answer.total.amount, parseDecimal("0"))).toBe(0);
    expect(answer.jurisdictions).toEqual([]);
    expect(await count(wanted.documentNumber)).toBe(1);
  });

  test(`${name} keeps one document of a number, as it was sent last`, async () => {
    const { calculations, draft, count } = await seeded();
    const wanted = draft();
    const first = doneOf(await calculations.recordTax(wanted, signal()));
    expect(doneOf(await calculations.recordTax(wanted, signal()))).toEqual(first);
    const changed = { ...wanted, lines: wanted.lines.slice(0, 1), freight: null };
    const second = doneOf(await calculations.recordTax(changed, signal()));
    expect(second.lines).toEqual(first.lines.slice(0, 1));
    expect(await calculations.findTax(wanted.documentNumber, signal())).toEqual(second);
    expect(await count(wanted.documentNumber)).toBe(1);
  });

  test(`${name} finds a voided document no more, and voids once`, async () => {
    const { calculations, draft } = await seeded();
    const { documentNumber, ...wanted } = draft();
    await calculations.recordTax({ documentNumber, ...wanted }, signal());
    const done = { kind: "done", document: { documentNumber } };
    expect(await calculations.voidTax(documentNumber, signal())).toEqual(done);
    expect(await calculations.voidTax(documentNumber, signal())).toEqual(done);
    expect(await calculations.findTax(documentNumber, signal())).toBeNull();
    const never = draft().documentNumber;
    expect((await calculations.voidTax(never, signal())).kind).toBe("done");
  });

  test(`${name} refuses a place that it does not find, and records nothing`, async () => {
    const { calculations, refusedDraft, count } = await seeded();
    const unwanted = refusedDraft();
    const refused = { kind: "refused", code: "INVALID_ADDRESS" };
    expect(await calculations.estimateTax(unwanted, signal())).toMatchObject(refused);
    expect(await calculations.recordTax(unwanted, signal())).toMatchObject(refused);
    expect(await count(unwanted.documentNumber)).toBe(0);
  });

  test(`${name} says that it does not know when the answer was lost, and finds the document`, async () => {
    const { calculations, draft, count, loseNextAnswer } = await seeded();
    const wanted = draft();
    await loseNextAnswer();
    await expect(calculations.recordTax(wanted, signal())).rejects.toBeInstanceOf(
      UnknownOutcomeError,
    );
    const found = await calculations.findTax(wanted.documentNumber, signal());
    expect(found?.documentNumber).toBe(wanted.documentNumber);
    expect(doneOf(await calculations.recordTax(wanted, signal()))).toEqual(found);
    expect(await count(wanted.documentNumber)).toBe(1);
  });

  test(`${name} says how long to wait when it takes no more calls, and has done nothing`, async () => {
    const { calculations, draft, count, refuseForLoad, mend } = await seeded();
    const wanted = draft();
    await refuseForLoad();
    const refused: unknown = await calculations
      .recordTax(wanted, signal())
      .catch((error: unknown) => error);
    await mend();
    if (!(refused instanceof SourceRateLimitedError)) throw new Error("It took the call.");
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    expect(await count(wanted.documentNumber)).toBe(0);
  });

  test(`${name} estimates nothing while the source is away`, async () => {
    const { calculations, draft, takeAway, mend } = await seeded();
    await takeAway();
    const estimate = calculations.estimateTax(draft(), signal());
    await expect(estimate).rejects.toBeInstanceOf(SourceUnavailableError);
    await mend();
  });
}

function doneOf(outcome: WriteOutcome<TaxAnswer>): TaxAnswer {
  if (outcome.kind === "done") return outcome.document;
  throw new Error(`refused: ${outcome.message}`);
}

function expectSame(one: Money, other: Money): void {
  expect(one.currency).toBe(other.currency);
  expect(compareDecimals(one.amount, other.amount)).toBe(0);
}
