import type { OrderDraft, OrderKey } from "@crossdock/domain";
import { UnknownOutcomeError } from "../errors.ts";
import type { OrderChanger, OrderReader, OrderWriter } from "../orders.ts";

export type SeededOrderChanger = {
  readonly orders: OrderReader & OrderWriter & OrderChanger;
  /** A draft that the source accepts, under a key of its own. */
  readonly draft: (key: OrderKey) => OrderDraft;
  /** The same order, with other dates, address and lines. */
  readonly amended: (draft: OrderDraft) => OrderDraft;
  /** How many documents of the source carry the key. */
  readonly count: (key: OrderKey) => Promise<number>;
  /** Some of the order leaves the building, as the source's own people book it. */
  readonly ship: (key: OrderKey) => Promise<void>;
  /** The next removal is done and its answer lost. */
  readonly loseNextRemoval: () => Promise<void>;
  readonly loseNextRewrite: () => Promise<void>;
};

/** Every OrderChanger passes it. */
export function orderChangerContract(
  name: string,
  seeded: () => Promise<SeededOrderChanger>,
): void {
  const signal = () => AbortSignal.timeout(10_000);
  let serial = 0;
  const nextKey = () => `CHANGE${String((serial += 1)).padStart(4, "0")}` as OrderKey;
  const created = async ({ orders, draft }: SeededOrderChanger) => {
    const wanted = draft(nextKey());
    const outcome = await orders.createOrder(wanted, signal());
    if (outcome.kind !== "done") throw new Error(`refused: ${outcome.message}`);
    return { wanted, number: outcome.document.number };
  };

  test(`${name} removes an order, once in effect`, async () => {
    const source = await seeded();
    const { wanted } = await created(source);
    const { orders, count } = source;
    expect(await orders.findRemovedOrder(wanted, signal())).toBeNull();
    expect(await orders.removeOrder(wanted, signal())).toMatchObject({ kind: "done" });
    expect(await count(wanted.key)).toBe(0);
    expect(await orders.findRemovedOrder(wanted, signal())).toEqual({ key: wanted.key });
    expect(await orders.removeOrder(wanted, signal())).toMatchObject({ kind: "done" });
  });

  test(`${name} finds a removal whose answer was lost`, async () => {
    const source = await seeded();
    const { wanted } = await created(source);
    await source.loseNextRemoval();
    await expect(source.orders.removeOrder(wanted, signal())).rejects.toBeInstanceOf(
      UnknownOutcomeError,
    );
    expect(await source.orders.findRemovedOrder(wanted, signal())).toEqual({ key: wanted.key });
  });

  test(`${name} removes and rewrites nothing of an order that has left`, async () => {
    const source = await seeded();
    const { wanted } = await created(source);
    const { orders } = source;
    await source.ship(wanted.key);
    const removal = await orders.removeOrder(wanted, signal());
    expect(removal).toMatchObject({ kind: "refused" });
    expect(["NOT_CANCELLABLE", "ALREADY_INVOICED"]).toContain("code" in removal && removal.code);
    expect(await orders.findRemovedOrder(wanted, signal())).toBeNull();
    expect(await orders.rewriteOrder(source.amended(wanted), signal())).toMatchObject({
      kind: "refused",
      code: "NOT_AMENDABLE",
    });
  });

  test(`${name} rewrites an order into what was wanted, once in effect`, async () => {
    const source = await seeded();
    const { wanted, number } = await created(source);
    const { orders } = source;
    const amended = source.amended(wanted);
    expect(await orders.findRewrittenOrder(wanted, signal())).toMatchObject({ number });
    expect(await orders.findRewrittenOrder(amended, signal())).toBeNull();
    expect(await orders.rewriteOrder(amended, signal())).toMatchObject({ kind: "done" });
    const [read] = await orders.readOrders([number], signal());
    expect(read).toMatchObject({
      key: wanted.key,
      requestedDeliveryOn: amended.requestedDeliveryOn,
      shipTo: { city: amended.shipTo.city, postalCode: amended.shipTo.postalCode },
    });
    expect(linesOf(read?.lines)).toEqual(linesOf(amended.lines));
    expect(await orders.findRewrittenOrder(amended, signal())).toMatchObject({ number });
    expect(await orders.rewriteOrder(amended, signal())).toMatchObject({ kind: "done" });
    expect(await source.count(wanted.key)).toBe(1);
  });

  test(`${name} finds a rewrite whose answer was lost`, async () => {
    const source = await seeded();
    const { wanted, number } = await created(source);
    const amended = source.amended(wanted);
    await source.loseNextRewrite();
    await expect(source.orders.rewriteOrder(amended, signal())).rejects.toBeInstanceOf(
      UnknownOutcomeError,
    );
    expect(await source.orders.findRewrittenOrder(amended, signal())).toMatchObject({ number });
  });

  test(`${name} refuses to rewrite an order that is gone`, async () => {
    const source = await seeded();
    const { wanted } = await created(source);
    await source.orders.removeOrder(wanted, signal());
    expect(await source.orders.rewriteOrder(source.amended(wanted), signal())).toMatchObject({
      kind: "refused",
      code: "NOT_AMENDABLE",
    });
  });
}

type AnyLine = Pick<OrderDraft["lines"][number], "lineNumber" | "sku" | "ordered" | "unitPrice">;

function linesOf(lines: readonly AnyLine[] = []) {
  return lines.map(({ lineNumber, sku, ordered, unitPrice }) => ({
    lineNumber,
    sku,
    ordered,
    unitPrice,
  }));
}
