import { randomBytes } from "node:crypto";
import { transferInventory } from "@crossdock/commands";
import {
  availableToPromise,
  compareDecimals,
  dateOf,
  isPositive,
  mintOrderKey,
  quantity,
  refusal,
  ZERO,
  type UserError,
} from "@crossdock/domain";
import { invalidValue, takeCommand, type CommandPlan } from "@crossdock/subgraph-kit";
import type { TransferInventoryInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { MovementAnswer } from "../models.ts";
import { positionOf } from "../position-of.ts";
import { checkPieces, readMovementFacts, unknownSku, unknownWarehouse } from "./check-movement.ts";
import { movementAnswer } from "./movement-answer.ts";

type TransferData = ReturnType<(typeof transferInventory)["parse"]>;
type Transfer = Pick<TransferInventoryInput, "sku" | "fromWarehouse" | "toWarehouse" | "quantity">;

/** Enters into the books that stock goes from one warehouse to another, once per (client, key). */
export async function transfer(
  input: TransferInventoryInput,
  context: Context,
): Promise<MovementAnswer> {
  const asked: Transfer = {
    sku: input.sku.trim(),
    fromWarehouse: input.fromWarehouse.trim(),
    toWarehouse: input.toWarehouse.trim(),
    quantity: input.quantity,
  };
  const answer = await takeCommand(
    {
      definition: transferInventory,
      input,
      intent: asked,
      plan: () => planTransfer(asked, context),
    },
    context,
  );
  return movementAnswer(answer, transferInventory);
}

async function planTransfer(asked: Transfer, context: Context): Promise<CommandPlan<TransferData>> {
  const { sku, fromWarehouse, toWarehouse, quantity: value } = asked;
  const wrong = [
    ...checkPieces(value, isPositive(value), "quantity", "more than zero"),
    ...(fromWarehouse === toWarehouse ? [invalidValue("toWarehouse", "another warehouse")] : []),
  ];
  if (wrong.length > 0) return refused(wrong);
  const facts = await readMovementFacts(sku, [fromWarehouse, toWarehouse], context);
  const { product } = facts;
  const [from, to] = facts.warehouses;
  if (product === null || from == null || to == null) {
    return refused([
      ...(product === null ? [unknownSku()] : []),
      ...(from == null ? [unknownWarehouse(fromWarehouse, "fromWarehouse")] : []),
      ...(to == null ? [unknownWarehouse(toWarehouse, "toWarehouse")] : []),
    ]);
  }
  if (product.tracking !== "NONE") {
    const message = `${product.sku} is kept by ${product.tracking.toLowerCase()}: the journal for transfers does not take that.`;
    return refused([refusal("NOT_SUPPORTED", message, ["sku"])]);
  }
  const position = await positionOf({ sku: product.sku, warehouse: from.code }, context);
  const available = position === null ? ZERO : availableToPromise(position).value;
  if (compareDecimals(available, value) < 0) {
    const message = `${from.code} has ${available} ${product.baseUom} of ${product.sku} available, not ${value}.`;
    return refused([refusal("INSUFFICIENT_STOCK", message, ["quantity"])]);
  }
  return {
    kind: "planned",
    customerNumber: null,
    data: {
      key: mintOrderKey(randomBytes),
      kind: "transfer",
      sku: product.sku,
      warehouse: from.code,
      to: to.code,
      lot: null,
      quantity: quantity(value, product.baseUom),
      reason: `Transfer from ${from.code} to ${to.code}`,
      on: dateOf(context.deps.clock.now()),
    },
  };
}

function refused(userErrors: readonly UserError[]): CommandPlan<TransferData> {
  return { kind: "refused", userErrors };
}
