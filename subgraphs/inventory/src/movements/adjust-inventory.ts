import { randomBytes } from "node:crypto";
import { adjustInventory } from "@crossdock/commands";
import {
  compareDecimals,
  dateOf,
  isZero,
  mintOrderKey,
  quantity,
  refusal,
  ZERO,
  type Product,
  type UserError,
} from "@crossdock/domain";
import { invalidValue, takeCommand, type CommandPlan } from "@crossdock/subgraph-kit";
import type { AdjustInventoryInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { MovementAnswer } from "../models.ts";
import { checkPieces, readMovementFacts, unknownSku, unknownWarehouse } from "./check-movement.ts";
import { movementAnswer } from "./movement-answer.ts";

type AdjustData = ReturnType<(typeof adjustInventory)["parse"]>;
type Adjustment = Omit<Required<AdjustInventoryInput>, "idempotencyKey" | "waitMs">;

const MAX_REASON_CHARACTERS = 100;
const MAX_LOT_CHARACTERS = 50;

/** Enters a count or a correction into the books, once per (client, key). */
export async function adjust(
  input: AdjustInventoryInput,
  context: Context,
): Promise<MovementAnswer> {
  const asked: Adjustment = {
    sku: input.sku.trim(),
    warehouse: input.warehouse.trim(),
    lot: input.lot?.trim() || null,
    countedQuantity: input.countedQuantity ?? null,
    delta: input.delta ?? null,
    reason: input.reason.trim(),
  };
  const answer = await takeCommand(
    {
      definition: adjustInventory,
      input,
      intent: asked,
      plan: () => planAdjust(asked, context),
    },
    context,
  );
  return movementAnswer(answer, adjustInventory);
}

async function planAdjust(asked: Adjustment, context: Context): Promise<CommandPlan<AdjustData>> {
  const wrong = [...checkCorrection(asked), ...checkReason(asked.reason), ...checkLot(asked.lot)];
  if (wrong.length > 0) return { kind: "refused", userErrors: wrong };
  const { product, warehouses } = await readMovementFacts(asked.sku, [asked.warehouse], context);
  const [warehouse] = warehouses;
  if (product === null || warehouse == null) {
    const unknown = [
      ...(product === null ? [unknownSku()] : []),
      ...(warehouse == null ? [unknownWarehouse(asked.warehouse, "warehouse")] : []),
    ];
    return { kind: "refused", userErrors: unknown };
  }
  const untracked = checkTracking(product, asked.lot);
  if (untracked.length > 0) return { kind: "refused", userErrors: untracked };
  const { countedQuantity, delta, lot, reason } = asked;
  return {
    kind: "planned",
    customerNumber: null,
    data: {
      key: mintOrderKey(randomBytes),
      sku: product.sku,
      warehouse: warehouse.code,
      lot,
      kind: countedQuantity === null ? "difference" : "count",
      quantity: quantity(countedQuantity ?? delta ?? ZERO, product.baseUom),
      reason,
      on: dateOf(context.deps.clock.now()),
    },
  };
}

function checkCorrection({ countedQuantity, delta }: Adjustment): UserError[] {
  if (countedQuantity !== null && delta === null) {
    const isFit = compareDecimals(countedQuantity, ZERO) >= 0;
    return checkPieces(countedQuantity, isFit, "countedQuantity", "zero or more");
  }
  if (delta !== null && countedQuantity === null) {
    return checkPieces(delta, !isZero(delta), "delta", "more or less than zero");
  }
  const message = "Give exactly one of countedQuantity and delta.";
  return [refusal("INVALID_VALUE", message, ["countedQuantity"])];
}

function checkReason(reason: string): UserError[] {
  return isText(reason, MAX_REASON_CHARACTERS)
    ? []
    : [invalidValue("reason", `1 to ${String(MAX_REASON_CHARACTERS)} characters`)];
}

function checkLot(lot: string | null): UserError[] {
  return lot === null || isText(lot, MAX_LOT_CHARACTERS)
    ? []
    : [invalidValue("lot", `1 to ${String(MAX_LOT_CHARACTERS)} characters`)];
}

function isText(text: string, limit: number): boolean {
  return text !== "" && [...text].length <= limit && !/\p{Cc}/u.test(text);
}

function checkTracking({ sku, tracking }: Product, lot: string | null): UserError[] {
  switch (tracking) {
    case "LOT":
      return lot === null ? [invalidValue("lot", `named: ${sku} is kept by lot`)] : [];
    case "SERIAL": {
      const message = `${sku} is kept by serial number: its journal cannot be written to piece by piece.`;
      return [refusal("NOT_SUPPORTED", message, ["sku"])];
    }
    case "NONE":
      return lot === null ? [] : [invalidValue("lot", `left out: ${sku} has no lots`)];
  }
}
