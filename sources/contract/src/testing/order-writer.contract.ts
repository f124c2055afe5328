import type { OrderDraft, OrderKey } from "@crossdock/domain";
import { UnknownOutcomeError } from "../errors.ts";
import type { OrderReader, OrderWriter } from "../orders.ts";

export type SeededOrderWriter = {
  readonly orders: OrderReader & OrderWriter;
  /** A draft that the source accepts, under a key of its own. */
  readonly draft: (key: OrderKey) => OrderDraft;
  readonly refusedDraft: (key: OrderKey) => OrderDraft;
  /** How many documents of the source carry the key. */
  readonly count: (key: OrderKey) => Promise<number>;
  /** The next write is done and its answer lost. */
  readonly loseNextAnswer: () => Promise<void>;
};

/** Every OrderWriter passes it. */
export function orderWriterContract(name: string, seeded: () => Promise<SeededOrderWriter>): void {
  const signal = () => AbortSignal.timeout(10_000);
  let serial = 0;
  const nextKey = () => `TESTKEY${String((serial += 1)).padStart(3, "0")}` as OrderKey;

  test(`${name} creates an order that can be read back, line by line`, async () => {
    const { orders, draft } = await seeded();
    const wanted = draft(nextKey());
    const outcome = await orders.createOrder(wanted, signal());
    if (outcome.kind !== "done") throw new Error(`refused: ${outcome.message}`);
    const [read] = await orders.readOrders([outcome.document.number], signal());
    expect(read).toMatchObject({
      key: wanted.key,
      customerNumber: wanted.customerNumber,
      customerReference: wanted.customerReference,
    });
    expect(
      read?.lines.map(({ lineNumber, sku, ordered, unitPrice }) => ({
        lineNumber,
        sku,
        ordered,
        unitPrice,
      })),
    ).toEqual(
      wanted.lines.map(({ lineNumber, sku, ordered, unitPrice }) => ({
        lineNumber,
        sku,
        ordered,
        unitPrice,
      })),
    );
  });

  test(`${name} finds an order by our key, and nothing where there is none`, async () => {
    const { orders, draft } = await seeded();
    const wanted = draft(nextKey());
    expect(await orders.findOrder(wanted, signal())).toBeNull();
    const outcome = await orders.createOrder(wanted, signal());
    const found = await orders.findOrder(wanted, signal());
    expect(found?.number).toBe(outcome.kind === "done" ? outcome.document.number : "refused");
  });

  test(`${name} tells a refusal of the business from a failure`, async () => {
    const { orders, refusedDraft, count } = await seeded();
    const unwanted = refusedDraft(nextKey());
    const outcome = await orders.createOrder(unwanted, signal());
    expect(outcome.kind).toBe("refused");
    expect(await count(unwanted.key)).toBe(0);
  });

  test(`${name} says that it does not know when the answer was lost, and finds the order`, async () => {
    const { orders, draft, count, loseNextAnswer } = await seeded();
    const wanted = draft(nextKey());
    await loseNextAnswer();
    await expect(orders.createOrder(wanted, signal())).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(await orders.findOrder(wanted, signal())).not.toBeNull();
    expect(await count(wanted.key)).toBe(1);
  });
}
