import { randomUUID } from "node:crypto";
import {
  AdjustInventoryDocument,
  AnnounceReceiptDocument,
  CancelReceiptDocument,
  CommandDocument,
  ExceptionsOfCodeDocument,
  ReserveInventoryDocument,
  ResolveExceptionDocument,
  StockStandingDocument,
  SupplierReceiptDocument,
  WarehouseStockDocument,
} from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import { world } from "../src/contract-prices.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { oldestCursor } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { until } from "../src/until.ts";

const MINE = "C10010";
/** Items without lots that every warehouse keeps. */
const SKU = "NG-10008";
const COUNTED_SKU = "NG-10006";
const EXPECTED_ON = "2099-12-01";
const WAIT_MS = 10_000;
/** A sweep of stock and receipts is due each 15 s. */
const TOLD_WITHIN_MS = 60_000;

jest.setTimeout(240_000);

let stack: Stack;
let operator: string;
let me: string;
beforeAll(async () => {
  stack = await startStack({
    speed: STANDING_STILL,
    policies: {
      stock: {
        warehouses: { WEST: { ownership: "CONSIGNMENT", countsTowardsAtp: false } },
        countTolerance: { units: 5, share: "0.02" },
      },
    },
  });
  [operator, me] = await Promise.all([stack.token("operator"), stack.token("portal", MINE)]);
  await untilHistoryIsRead(stack);
});
afterAll(() => stack[Symbol.asyncDispose]());

const read = (id: string) => stack.ask(SupplierReceiptDocument, { id, sku: SKU }, operator);

async function announce(
  lines: readonly { sku: string; quantity: string }[],
  idempotencyKey: string,
) {
  const input = {
    idempotencyKey,
    warehouse: "EAST",
    purchaseOrder: "106003",
    expectedOn: EXPECTED_ON,
    lines: [...lines],
    waitMs: WAIT_MS,
  };
  const { announceReceipt } = await stack.ask(AnnounceReceiptDocument, { input }, operator);
  expect(announceReceipt.userErrors).toEqual([]);
  await untilDone(announceReceipt.command?.id ?? "");
  const again = await stack.ask(AnnounceReceiptDocument, { input }, operator);
  return again.announceReceipt.receipt?.id ?? "";
}

async function untilDone(id: string, wanted = "SUCCEEDED"): Promise<void> {
  await until(
    () => stack.ask(CommandDocument, { id }, operator),
    ({ command }) => command?.status === wanted,
    TOLD_WITHIN_MS,
  );
}

async function waiting(code: string) {
  const { exceptions } = await stack.ask(ExceptionsOfCodeDocument, { code }, operator);
  return exceptions.edges.map(({ node }) => node);
}

test("a supplier's goods are awaited with a date, come short, and the difference waits for a person", async () => {
  const before = (await read("0")).availability[0];
  await stack.sandbox.fault({
    source: "wms",
    kind: "lostResponse",
    operation: "POST receiving",
    times: 1,
  });
  const id = await announce([{ sku: SKU, quantity: "40" }], randomUUID());
  expect(await stack.sandbox.count("wms", "receiving", id)).toBe(1);
  const announced = await until(
    () => read(id),
    ({ availability: [position] }) => Number(position?.inbound.value) === 40,
    TOLD_WITHIN_MS,
  );
  expect(announced.receipt).toMatchObject({
    status: "ANNOUNCED",
    purchaseOrder: "106003",
    expectedOn: EXPECTED_ON,
  });
  expect(announced.availability[0]).toMatchObject({
    onHand: before?.onHand,
    availableToPromise: before?.availableToPromise,
    expectedOn: EXPECTED_ON,
  });

  const start = await oldestCursor(stack, operator);
  await stack.sandbox.receive(id, [{ sku: SKU, received: 38, stowed: 37 }]);
  const events = await collectUntil(
    stack.subscribe(WarehouseStockDocument, { skus: [SKU], warehouse: "EAST", after: start }, me),
    ({ inventoryChanged }) => inventoryChanged.type === "RECEIVED",
    TOLD_WITHIN_MS,
  );
  const received = events.at(-1)?.inventoryChanged;
  expect(received?.delta?.value).toBe("37");
  expect(Number(received?.position.onHand.value)).toBe(Number(before?.onHand.value) + 37);
  const done = await until(
    () => read(id),
    ({ receipt, availability: [position] }) =>
      receipt?.status === "RECEIVED" && Number(position?.inbound.value) === 0,
    TOLD_WITHIN_MS,
  );
  expect(done.receipt?.discrepancies).toEqual([
    { sku: SKU, difference: "SHORT", expected: { value: "40" }, actual: { value: "38" } },
    { sku: SKU, difference: "DAMAGED", expected: { value: "38" }, actual: { value: "37" } },
  ]);
  expect(done.availability[0]?.expectedOn).toBeNull();

  const [exception, ...others] = await waiting("RECEIPT_DISCREPANCY");
  expect(others).toEqual([]);
  expect(exception).toMatchObject({
    owner: "warehouse",
    subject: { typename: "Receipt", id },
    command: null,
    suggestedAction: { code: "CLEAR_WITH_SUPPLIER" },
  });
  expect(exception?.summary).toContain("40 EA were announced and 38 EA came");
  const decision = { id: exception?.id ?? "", resolution: "CORRECTED", note: "Claimed." } as const;
  await stack.ask(ResolveExceptionDocument, decision, operator);
  expect(await waiting("RECEIPT_DISCREPANCY")).toEqual([]);
});

test("what will not come is not awaited any more", async () => {
  const id = await announce([{ sku: COUNTED_SKU, quantity: "12" }], randomUUID());
  const input = { idempotencyKey: randomUUID(), receiptId: id, waitMs: WAIT_MS };
  const { cancelReceipt } = await stack.ask(CancelReceiptDocument, { input }, operator);
  // Whoever is told that it is done is not shown what was before.
  const { command, receipt } = cancelReceipt;
  expect([command?.status, receipt?.status]).not.toEqual(["SUCCEEDED", "ANNOUNCED"]);
  await untilDone(command?.id ?? "");
  expect((await read(id)).receipt?.status).toBe("CANCELLED");
  const [document] = await stack.sandbox.documents("wms", "receiving", id);
  expect(document?.["status"]).toBe("Cancelled");
});

test("a count that is too far from the books waits until an operator agrees, and is entered once", async () => {
  const count = async (countedQuantity: string, reason: string, idempotencyKey = randomUUID()) => {
    const input = {
      idempotencyKey,
      sku: COUNTED_SKU,
      warehouse: "EAST",
      countedQuantity,
      reason,
      waitMs: WAIT_MS,
    };
    const { adjustInventory } = await stack.ask(AdjustInventoryDocument, { input }, operator);
    expect(adjustInventory.userErrors).toEqual([]);
    return { id: adjustInventory.command?.id ?? "", movement: adjustInventory.movement };
  };
  const linesSaying = async (reason: string) => {
    const lines = await stack.sandbox.documents("erp", "itemJournalLine");
    return lines.filter((line) => line["Description"] === reason);
  };

  const { id: wrong } = await count("100000", "Counted the wrong aisle");
  await untilDone(wrong, "DEAD_LETTERED");
  const [first] = await waiting("COUNT_OUT_OF_TOLERANCE");
  expect(first).toMatchObject({
    owner: "operator",
    command: { id: wrong },
    suggestedAction: { code: "APPROVE_COUNT" },
  });
  expect(first?.summary).toMatch(/100000 EA were counted and the books say \d+ EA: .* worth /);
  const reject = { id: first?.id ?? "", resolution: "IGNORED", note: "Count again." } as const;
  await stack.ask(ResolveExceptionDocument, reject, operator);
  await untilDone(wrong, "CANCELLED");
  expect(await linesSaying("Counted the wrong aisle")).toEqual([]);

  const { id: right } = await count("99999", "Counted twice");
  await untilDone(right, "DEAD_LETTERED");
  const [second] = await waiting("COUNT_OUT_OF_TOLERANCE");
  const approve = { id: second?.id ?? "", resolution: "RETRIED", note: "Seen it." } as const;
  await stack.ask(ResolveExceptionDocument, approve, operator);
  await untilDone(right);
  expect(await linesSaying("Counted twice")).toHaveLength(1);

  // Now the books say as much: what is near to it is entered by itself.
  const key = randomUUID();
  await untilDone((await count("99997", "Counted a third time", key)).id);
  expect(await linesSaying("Counted a third time")).toMatchObject([{ Quantity: 2 }]);
  const { movement } = await count("99997", "Counted a third time", key);
  const unitCost = Number(world.items.find(({ sku }) => sku === COUNTED_SKU)?.unitCost);
  expect(movement?.delta.value).toBe("-2");
  expect(Number(movement?.worth?.amount)).toBeCloseTo(-2 * unitCost, 2);
});

test("stock that does not count is told as what it is, and promised to nobody", async () => {
  const { availability, product } = await stack.ask(StockStandingDocument, { sku: SKU }, me);
  const west = availability.find(({ warehouse }) => warehouse.code === "WEST");
  expect(Number(west?.onHand.value)).toBeGreaterThan(0);
  expect(west).toMatchObject({
    ownership: "CONSIGNMENT",
    countsTowardsAtp: false,
    availableToPromise: { value: "0" },
  });
  const others = availability.filter(({ warehouse }) => warehouse.code !== "WEST");
  expect(others.every((position) => position.countsTowardsAtp)).toBe(true);
  const sum = others.reduce((total, each) => total + Number(each.availableToPromise.value), 0);
  expect(Number(product?.availableToPromise.value)).toBe(sum);
  const input = { idempotencyKey: randomUUID(), sku: SKU, quantity: "1", warehouse: "WEST" };
  const { reserveInventory } = await stack.ask(ReserveInventoryDocument, { input }, me);
  expect(reserveInventory.userErrors).toMatchObject([{ code: "INSUFFICIENT_STOCK" }]);
});
