import {
  addDecimals,
  extendPrice,
  parseDecimal,
  type Money,
  type OrderKey,
  type Quantity,
  type StockMovementDraft,
} from "@crossdock/domain";
import { UnknownOutcomeError } from "../errors.ts";
import type { StockMovementWriter } from "../stock.ts";

export type SeededMovementWriter = {
  readonly movements: StockMovementWriter;
  /** Of a product without lots, with more than ten of it in the books; the same one for every key. */
  readonly draft: (key: OrderKey) => Extract<StockMovementDraft, { kind: "difference" }>;
  /** Of one base unit of that product, as the books have it. */
  readonly unitCost: Money;
  /** Another warehouse than that of `draft`. */
  readonly elsewhere: StockMovementDraft["warehouse"];
  /** What the posted entries of the books say is there. */
  readonly posted: (draft: StockMovementDraft) => Promise<Quantity>;
  /** Entries under the key, posted or not. */
  readonly count: (key: OrderKey) => Promise<number>;
  readonly loseNextAnswer: (draft: StockMovementDraft) => Promise<void>;
};

const keyOf = (text: string) => text as OrderKey;
const plus = ({ value, uom }: Quantity, more: string): Quantity => ({
  value: addDecimals(value, parseDecimal(more)),
  uom,
});

/** Every StockMovementWriter passes it. */
export function stockMovementWriterContract(
  name: string,
  seeded: () => Promise<SeededMovementWriter>,
): void {
  const signal = () => AbortSignal.timeout(10_000);
  const none = { value: parseDecimal("0") };
  const book = async ({ movements }: SeededMovementWriter, draft: StockMovementDraft) => {
    const outcome = await movements.bookMovement(draft, signal(), null);
    if (outcome.kind !== "done") throw new Error(`refused: ${outcome.message}`);
    return outcome.document;
  };

  test.each(["2", "-3"])(`${name} enters a difference of %s once`, async (value) => {
    const stand = await seeded();
    const key = keyOf(value === "2" ? "0000000001" : "0000000002");
    const draft = stand.draft(key);
    const wanted = { ...draft, quantity: { ...draft.quantity, value: parseDecimal(value) } };
    const entered = await book(stand, wanted);
    expect(entered).toMatchObject({ key, delta: wanted.quantity });
    const { unitCost } = stand;
    expect(entered.worth).toEqual(extendPrice(unitCost, wanted.quantity.value));
    expect(await book(stand, wanted)).toEqual(entered);
    expect(await stand.count(key)).toBe(1);
  });

  test(`${name} turns a count into its difference, and the same count after it into nothing`, async () => {
    const stand = await seeded();
    const { kind: _difference, ...draft } = stand.draft(keyOf("0000000003"));
    const booked = await stand.posted(stand.draft(draft.key));
    await book(stand, { ...draft, kind: "count", quantity: plus(booked, "7") });
    const again = { ...draft, kind: "count", key: keyOf("0000000004") } as const;
    const counted = plus(booked, "5");
    expect(await book(stand, { ...again, quantity: counted })).toMatchObject({
      delta: { value: "-2" },
    });
    const third = { ...again, key: keyOf("0000000005"), quantity: counted };
    expect(await book(stand, third)).toMatchObject({ delta: none });
    expect(await stand.count(third.key)).toBe(0);
  });

  test(`${name} enters a count that is too far from the books only when a person agrees`, async () => {
    const stand = await seeded();
    const { kind: _difference, ...draft } = stand.draft(keyOf("0000000010"));
    const first = {
      ...draft,
      kind: "count",
      quantity: await stand.posted(stand.draft(draft.key)),
    } as const;
    const { quantity: start } = first;
    // Whatever other tests have left to be posted: from here on the books say what was posted.
    await book(stand, first);
    const tolerance = { units: parseDecimal("2"), share: null };
    const count = { ...first, key: keyOf("0000000011"), quantity: plus(start, "3") };
    const refused = await stand.movements.bookMovement(count, signal(), tolerance);
    expect(refused).toMatchObject({ kind: "refused", code: "COUNT_OUT_OF_TOLERANCE" });
    expect(refused.kind === "refused" && refused.message).toContain(
      `${count.quantity.value} ${start.uom} were counted and the books say ${start.value} ${start.uom}`,
    );
    expect(await stand.count(count.key)).toBe(0);
    expect(await book(stand, count)).toMatchObject({ delta: { value: "3" } });
    const near = { ...first, key: keyOf("0000000012"), quantity: plus(start, "1") };
    const outcome = await stand.movements.bookMovement(near, signal(), tolerance);
    expect(outcome).toMatchObject({ kind: "done", document: { delta: { value: "-2" } } });
  });

  test(`${name} enters a transfer once, as what leaves the one warehouse`, async () => {
    const stand = await seeded();
    const draft = stand.draft(keyOf("0000000006"));
    const wanted = {
      ...draft,
      kind: "transfer",
      to: stand.elsewhere,
      quantity: { ...draft.quantity, value: parseDecimal("4") },
    } as const;
    const movement = await book(stand, wanted);
    expect(movement).toMatchObject({ delta: { value: "-4" }, worth: null });
    expect(await stand.movements.findMovement(wanted, signal())).toEqual(movement);
    expect(await stand.count(draft.key)).toBe(1);
    // What is on its way counts where it is going to be.
    const there = { ...draft, warehouse: stand.elsewhere };
    const counted = { ...there, kind: "count", key: keyOf("0000000007") } as const;
    const quantity = plus(await stand.posted(there), "4");
    expect(await book(stand, { ...counted, quantity })).toMatchObject({ delta: none });
  });

  test(`${name} refuses a product that it does not have, and enters nothing`, async () => {
    const stand = await seeded();
    const draft = { ...stand.draft(keyOf("0000000008")), sku: "NO-SUCH" as never };
    const outcome = await stand.movements.bookMovement(draft, signal(), null);
    expect(outcome).toMatchObject({ kind: "refused", code: "UNKNOWN_SKU" });
    expect(await stand.count(draft.key)).toBe(0);
  });

  test(`${name} says that it does not know when the answer was lost, and finds the entry`, async () => {
    const stand = await seeded();
    const draft = stand.draft(keyOf("0000000009"));
    await stand.loseNextAnswer(draft);
    await expect(stand.movements.bookMovement(draft, signal(), null)).rejects.toBeInstanceOf(
      UnknownOutcomeError,
    );
    const found = await stand.movements.findMovement(draft, signal());
    expect(found).toMatchObject({ key: draft.key, delta: draft.quantity });
    expect(await stand.count(draft.key)).toBe(1);
  });

  test(`${name} finds nothing under a key that was never used`, async () => {
    const { movements, draft } = await seeded();
    expect(await movements.findMovement(draft(keyOf("ZZZZZZZZZZ")), signal())).toBeNull();
  });
}
