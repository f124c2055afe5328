import { randomBytes } from "node:crypto";
import { announceReceipt } from "@crossdock/commands";
import {
  dateOf,
  isPositive,
  mintOrderKey,
  quantity,
  refusal,
  type Product,
  type ReceiptDraftLine,
  type UserError,
} from "@crossdock/domain";
import {
  commandView,
  invalidValue,
  isShortText,
  takeCommand,
  type CommandPlan,
} from "@crossdock/subgraph-kit";
import type { AnnounceReceiptInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { ReceiptAnswer } from "../models.ts";
import {
  checkPieces,
  readProductFacts,
  readWarehouseFact,
  unknownWarehouse,
} from "../movements/check-movement.ts";

type AnnounceData = ReturnType<(typeof announceReceipt)["parse"]>;
type Announcement = ReturnType<typeof announcementOf>;
type Line = Announcement["lines"][number];

export const MAX_RECEIPT_LINES = 100;
const MAX_LOT_CHARACTERS = 50;
/** As our other documents: a name that a warehouse finds again, whatever it separates lists with. */
const PURCHASE_ORDER = /^[\p{L}\p{N}][\p{L}\p{N} ._/#+&-]{0,34}$/u;

/** Has a warehouse await what a supplier sends, once per (client, key). */
export async function announce(
  input: AnnounceReceiptInput,
  context: Context,
): Promise<ReceiptAnswer> {
  const asked = announcementOf(input);
  const { command, replayed, userErrors } = await takeCommand(
    {
      definition: announceReceipt,
      input,
      intent: asked,
      plan: () => planAnnouncement(asked, context),
    },
    context,
  );
  return {
    command: command === null ? null : commandView(command),
    receiptId: command?.result?.id ?? null,
    replayed,
    userErrors,
  };
}

function announcementOf({ warehouse, purchaseOrder, expectedOn, lines }: AnnounceReceiptInput) {
  return {
    warehouse: warehouse.trim(),
    purchaseOrder: purchaseOrder?.trim() || null,
    expectedOn,
    lines: lines.map((line) => ({
      sku: line.sku.trim(),
      quantity: line.quantity,
      lot: line.lot?.trim() || null,
      lotExpiresOn: line.lotExpiresOn ?? null,
    })),
  };
}

async function planAnnouncement(
  asked: Announcement,
  context: Context,
): Promise<CommandPlan<AnnounceData>> {
  const today = dateOf(context.deps.clock.now());
  const wrong = checkForm(asked, today);
  if (wrong.length > 0) return { kind: "refused", userErrors: wrong };
  const [products, warehouse] = await Promise.all([
    readProductFacts(
      asked.lines.map(({ sku }) => sku),
      context,
    ),
    readWarehouseFact(asked.warehouse, context),
  ]);
  if (warehouse === null) {
    return {
      kind: "refused",
      userErrors: [unknownWarehouse(asked.warehouse, "warehouse")],
    };
  }
  const planned = asked.lines.map((line, at) => planLine(line, products[at] ?? null, at));
  const refused = planned.flatMap((line) => ("code" in line ? [line] : []));
  if (refused.length > 0) return { kind: "refused", userErrors: refused };
  return {
    kind: "planned",
    customerNumber: null,
    data: {
      key: mintOrderKey(randomBytes),
      warehouse: warehouse.code,
      purchaseOrder: asked.purchaseOrder,
      expectedOn: asked.expectedOn,
      lines: planned.flatMap((line) => ("code" in line ? [] : [line])),
    },
  };
}

function checkForm({ purchaseOrder, expectedOn, lines }: Announcement, today: string): UserError[] {
  const skus = lines.map(({ sku, lot }) => `${sku} ${lot ?? ""}`);
  const twice = skus.findIndex((sku, at) => skus.indexOf(sku) !== at);
  return [
    ...(purchaseOrder === null || PURCHASE_ORDER.test(purchaseOrder)
      ? []
      : [invalidValue("purchaseOrder", "1 to 35 letters, digits, blanks and ._/#+&-")]),
    // Warehouses take announcements of what is still to come.
    ...(expectedOn > today ? [] : [invalidValue("expectedOn", `after ${today}`)]),
    ...(lines.length >= 1 && lines.length <= MAX_RECEIPT_LINES
      ? []
      : [invalidValue("lines", `1 to ${String(MAX_RECEIPT_LINES)} lines`)]),
    ...(twice === -1
      ? []
      : [
          refusal("INVALID_VALUE", "Each product and lot may be on one line only.", [
            "lines",
            String(twice),
            "sku",
          ]),
        ]),
    ...lines.flatMap(({ quantity: value }, at) =>
      checkPieces(value, isPositive(value), "quantity", "more than zero").map((error) => ({
        ...error,
        field: ["lines", String(at), "quantity"],
      })),
    ),
  ];
}

/** The line as the warehouse is told it, or why it cannot be. */
function planLine(line: Line, product: Product | null, at: number): ReceiptDraftLine | UserError {
  const field = (name: string) => ["lines", String(at), name];
  if (product === null) return refusal("UNKNOWN_SKU", "There is no such item.", field("sku"));
  const { sku, tracking, baseUom } = product;
  const { lot, lotExpiresOn } = line;
  if (tracking !== "LOT" && (lot ?? lotExpiresOn) !== null) {
    return refusal("INVALID_VALUE", `${sku} is not kept by lot.`, field("lot"));
  }
  if (tracking === "LOT" && lot === null) {
    return refusal("INVALID_VALUE", `${sku} is kept by lot: say which one comes.`, field("lot"));
  }
  if (lot !== null && !isShortText(lot, MAX_LOT_CHARACTERS)) {
    const message = `A lot has 1 to ${String(MAX_LOT_CHARACTERS)} characters.`;
    return refusal("INVALID_VALUE", message, field("lot"));
  }
  return {
    sku,
    quantity: quantity(line.quantity, baseUom),
    lot: lot === null ? null : { number: lot, expiresOn: lotExpiresOn },
  };
}
