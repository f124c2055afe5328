import { randomUUID } from "node:crypto";
import {
  AdjustInventoryDocument,
  CommandDocument,
  InventoryChangedDocument,
  TransferInventoryDocument,
  type AdjustInventoryInput,
} from "../../generated/operations.ts";
import { collectUntil } from "../collecting-events.ts";
import { oldestCursor } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";

/** An item without lots that every warehouse keeps. */
const SKU = "NG-10008";
const PATH_MS = 40_000;
const LOOK_MS = 250;
const WAIT_MS = 10_000;

export function stockMovementsSuite(open: () => Stack): void {
  describe("stock that is moved", () => {
    let stack: Stack;
    let operator: string;
    beforeAll(async () => {
      stack = open();
      operator = await stack.token("operator");
    });

    async function adjust(changes: Partial<AdjustInventoryInput>) {
      const input = {
        idempotencyKey: randomUUID(),
        sku: SKU,
        warehouse: "EAST",
        reason: "Cycle count",
        waitMs: WAIT_MS,
        ...changes,
      };
      const { adjustInventory } = await stack.ask(AdjustInventoryDocument, { input }, operator);
      expect(adjustInventory.userErrors).toEqual([]);
      return adjustInventory;
    }

    async function waitUntilSucceeded(id: string): Promise<void> {
      const end = Date.now() + PATH_MS;
      for (;;) {
        const { command } = await stack.ask(CommandDocument, { id }, operator);
        if (command?.status === "SUCCEEDED") return;
        if (Date.now() > end) throw new Error(`It is ${JSON.stringify(command)}.`);
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    }

    /** Lines in the ERP's item journal with these words on them. */
    async function linesSaying(reason: string) {
      const lines = await stack.sandbox.documents("erp", "itemJournalLine");
      return lines.filter((line) => line["Description"] === reason);
    }

    test("a correction whose answer is lost is in the ERP's journal once", async () => {
      const reason = "Dropped by a fork lift";
      await stack.sandbox.fault({
        source: "erp",
        kind: "lostResponse",
        operation: "POST ItemJournal",
        times: 1,
      });
      const { command } = await adjust({ delta: "-3", reason });
      await waitUntilSucceeded(command?.id ?? "");
      expect(await linesSaying(reason)).toMatchObject([
        { Item_No: SKU, Location_Code: "EAST", Quantity: 3 },
      ]);
      expect(await stack.sandbox.struck()).toMatchObject({ "erp lostResponse": 1 });
    });

    test("counts that come at once leave the books at what was counted, and each is told", async () => {
      const after = await oldestCursor(stack, operator);
      const counts = ["700", "650", "650"].map((countedQuantity) =>
        adjust({ countedQuantity, warehouse: "WEST", reason: "Counted" }),
      );
      const answers = await Promise.all(counts);
      await Promise.all(answers.map(({ command }) => waitUntilSucceeded(command?.id ?? "")));
      const moved = await stack.ask(
        TransferInventoryDocument,
        {
          input: {
            idempotencyKey: randomUUID(),
            sku: SKU,
            fromWarehouse: "EAST",
            toWarehouse: "WEST",
            quantity: "2",
            waitMs: WAIT_MS,
          },
        },
        operator,
      );
      expect(moved.transferInventory.userErrors).toEqual([]);
      await waitUntilSucceeded(moved.transferInventory.command?.id ?? "");
      expect(await stack.sandbox.count("erp", "reclassJournalLine")).toBe(1);

      let transfers = 0;
      const events = await collectUntil(
        stack.subscribe(InventoryChangedDocument, { skus: [SKU], after }, operator),
        ({ inventoryChanged }) => inventoryChanged.type === "TRANSFERRED" && (transfers += 1) === 2,
        PATH_MS,
      );
      const told = events.map(({ inventoryChanged: { type, delta } }) => ({
        type,
        delta: Number(delta?.value),
      }));
      expect(told.slice(-2)).toEqual([
        { type: "TRANSFERRED", delta: -2 },
        { type: "TRANSFERRED", delta: 2 },
      ]);
      // Whichever was first was worth its difference to the opening stock; then ±50, and the repeat nothing.
      const counted = told.filter(({ type }) => type === "COUNTED").map(({ delta }) => delta);
      const sum = counted.reduce((total, delta) => total + delta, 0);
      const lines = await linesSaying("Counted");
      const signed = lines.map((line) =>
        String(line["Entry_Type"]).startsWith("Negative")
          ? -Number(line["Quantity"])
          : Number(line["Quantity"]),
      );
      expect(signed.reduce((total, delta) => total + delta, 0)).toBe(sum);
      const opening = await stack.sandbox.documents("erp", "itemLedgerEntry", "OPENING");
      const before = opening
        .filter((entry) => entry["Item_No"] === SKU && entry["Location_Code"] === "WEST")
        .reduce((total, entry) => total + Number(entry["Remaining_Quantity"]), 0);
      expect([700, 650]).toContain(before + sum);
    });
  });
}
