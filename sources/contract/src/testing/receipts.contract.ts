import {
  parseDecimal,
  parseReceiptId,
  type OrderKey,
  type Receipt,
  type ReceiptDraft,
} from "@crossdock/domain";
import { UnknownOutcomeError } from "../errors.ts";
import type { ReceiptFeed, ReceiptWriter } from "../receipts.ts";

export type SeededReceipts = {
  readonly receipts: ReceiptWriter & ReceiptFeed;
  /** Two products, one of them kept by lot and named with its lot. */
  readonly draft: (key: OrderKey) => ReceiptDraft;
  /**
   * The goods of a receipt come: of the first product as many as is said, of the others as many as were announced.
   * @param isDone nothing else is awaited; else nothing of the others has come yet
   */
  readonly receive: (
    draft: ReceiptDraft,
    first: { readonly received: number; readonly stowed: number },
    isDone: boolean,
  ) => Promise<void>;
  /** Documents under the key. */
  readonly count: (draft: ReceiptDraft) => Promise<number>;
  readonly loseNextAnswer: () => Promise<void>;
};

/** Every ReceiptWriter that is a ReceiptFeed too passes it. */
export function receiptsContract(name: string, seeded: () => Promise<SeededReceipts>): void {
  const signal = () => AbortSignal.timeout(10_000);
  const keyOf = (text: string) => text as OrderKey;

  const announced = async (key: string) => {
    const stand = await seeded();
    const draft = stand.draft(keyOf(key));
    const outcome = await stand.receipts.announceReceipt(draft, signal());
    if (outcome.kind !== "done") throw new Error(`refused: ${outcome.message}`);
    const read = async () =>
      (await stand.receipts.readReceipts([outcome.document.id], signal()))[0];
    return { ...stand, draft, receipt: outcome.document, read };
  };
  const open = async ({ receipts }: Pick<SeededReceipts, "receipts">) => {
    const found: Receipt[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof receipts.listOpenReceipts>> =
        await receipts.listOpenReceipts(after, signal());
      found.push(...page.items);
      after = page.next;
    } while (after !== null);
    return found.map(({ id }) => id);
  };

  test(`${name} awaits what is announced, with its date, once`, async () => {
    const { receipts, draft, receipt, read, ...stand } = await announced("1000000001");
    const { key, warehouse, purchaseOrder, expectedOn } = draft;
    expect(receipt).toMatchObject({
      key,
      warehouse,
      purchaseOrder,
      expectedOn,
      status: "ANNOUNCED",
    });
    expect(
      receipt.lines.map(({ sku, expected, received, stowed }) => [
        sku,
        expected.value,
        received.value,
        stowed.value,
      ]),
    ).toEqual(draft.lines.map(({ sku, quantity }) => [sku, quantity.value, "0", "0"]));
    expect(await receipts.announceReceipt(draft, signal())).toEqual({
      kind: "done",
      document: receipt,
    });
    expect(await stand.count(draft)).toBe(1);
    expect(await receipts.findReceipt(draft, signal())).toEqual(receipt);
    expect(await read()).toEqual(receipt);
    expect(await open({ receipts })).toContain(receipt.id);
  });

  test(`${name} tells what has come, what is on the shelf, and when it is done`, async () => {
    const stand = await announced("1000000002");
    const { draft, read, receive } = stand;
    await receive(draft, { received: 1, stowed: 1 }, false);
    expect(await read()).toMatchObject({
      status: "ARRIVED",
      lines: [{ received: { value: "1" }, stowed: { value: "1" } }, { received: { value: "0" } }],
    });
    await receive(draft, { received: 3, stowed: 2 }, true);
    const done = await read();
    expect(done).toMatchObject({
      status: "RECEIVED",
      lines: [
        { received: { value: "3" }, stowed: { value: "2" } },
        { received: draft.lines[1]?.quantity, stowed: draft.lines[1]?.quantity },
      ],
    });
    expect(await open(stand)).not.toContain(stand.receipt.id);
    expect(await stand.receipts.cancelReceipt(stand.receipt.id, signal())).toMatchObject({
      kind: "refused",
      code: "NOT_CANCELLABLE",
    });
  });

  test(`${name} takes an announcement back while nothing has come, and takes that for done again`, async () => {
    const stand = await announced("1000000003");
    const { receipts, receipt } = stand;
    expect(await receipts.findCancelledReceipt(receipt.id, signal())).toBeNull();
    const outcome = await receipts.cancelReceipt(receipt.id, signal());
    expect(outcome).toMatchObject({
      kind: "done",
      document: { id: receipt.id, status: "CANCELLED" },
    });
    expect(await receipts.cancelReceipt(receipt.id, signal())).toEqual(outcome);
    expect(await receipts.findCancelledReceipt(receipt.id, signal())).not.toBeNull();
    expect(await open(stand)).not.toContain(receipt.id);
  });

  test(`${name} refuses products and pieces that it cannot count, and receipts that it does not have`, async () => {
    const { receipts, draft, count } = await seeded();
    const { lines, ...rest } = draft(keyOf("1000000004"));
    const [line] = lines;
    if (line === undefined) throw new Error("the draft has no line");
    const announce = (changed: Partial<typeof line>) =>
      receipts.announceReceipt({ ...rest, lines: [{ ...line, ...changed }] }, signal());
    expect(await announce({ sku: "NO-SUCH" as never })).toMatchObject({ code: "UNKNOWN_SKU" });
    const half = { ...line.quantity, value: parseDecimal("0.5") };
    expect(await announce({ quantity: half })).toMatchObject({ code: "INVALID_QUANTITY" });
    expect(await count({ ...rest, lines })).toBe(0);
    const unknown = parseReceiptId("999999999");
    expect(await receipts.cancelReceipt(unknown, signal())).toMatchObject({
      code: "UNKNOWN_RECEIPT",
    });
    expect(await receipts.readReceipts([unknown], signal())).toEqual([null]);
  });

  test(`${name} says that it does not know when the answer was lost, and finds the announcement`, async () => {
    const stand = await seeded();
    const draft = stand.draft(keyOf("1000000005"));
    expect(await stand.receipts.findReceipt(draft, signal())).toBeNull();
    await stand.loseNextAnswer();
    await expect(stand.receipts.announceReceipt(draft, signal())).rejects.toBeInstanceOf(
      UnknownOutcomeError,
    );
    expect(await stand.receipts.findReceipt(draft, signal())).toMatchObject({ key: draft.key });
    expect(await stand.count(draft)).toBe(1);
  });
}
