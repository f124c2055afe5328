import {
  instantOf,
  parseInstant,
  parseLocalDate,
  parseOrderKey,
  parseReceiptId,
  parseSku,
  quantity,
  type OrderKey,
  type Receipt,
  type ReceiptDraft,
  type ReceiptLine,
  type ReceiptStatus,
  ZERO,
} from "@crossdock/domain";
import { decimalField, integerField } from "@crossdock/source-http";
import { z } from "zod";
import type { SiteMap } from "./sites.ts";
import { COUNTING_UNIT } from "./stock-levels.ts";

/** The vendor's warehouse receiving order, as far as we read it. */
export const receivingDocument = z.object({
  id: integerField,
  purchase_order_number: z.string().nullish(),
  status: z.string(),
  expected_arrival_date: z.string().nullish(),
  fulfillment_center: z.object({ id: integerField }),
  insert_date: z.string().nullish(),
  last_updated_date: z.string().nullish(),
  inventory_quantities: z
    .array(
      z.object({
        sku: z.string().nullish(),
        expected_quantity: decimalField.nullish(),
        received_quantity: decimalField.nullish(),
        stowed_quantity: decimalField.nullish(),
      }),
    )
    .nullish(),
});
export type ReceivingDocument = z.infer<typeof receivingDocument>;
export const receivingDocuments = z.array(receivingDocument);

/** What the vendor is not done with. `Incomplete` still lacks papers of whoever announced it. */
const STATUS: Readonly<Record<string, ReceiptStatus>> = {
  Incomplete: "ANNOUNCED",
  Awaiting: "ANNOUNCED",
  PartiallyArrivedAtHub: "ARRIVED",
  ArrivedAtHub: "ARRIVED",
  ProcessingAtHub: "ARRIVED",
  InternalTransfer: "ARRIVED",
  PartiallyArrived: "ARRIVED",
  Arrived: "ARRIVED",
  Processing: "ARRIVED",
  Completed: "RECEIVED",
  Cancelled: "CANCELLED",
};
export const OPEN_STATUSES = Object.keys(STATUS).filter(
  (status) => STATUS[status] === "ANNOUNCED" || STATUS[status] === "ARRIVED",
);

/**
 * @returns `null` for one that is none of our warehouses', or has a name that no sku of ours can be. A status that the
 * vendor adds later is one of goods under way.
 */
export function receiptOf(document: ReceivingDocument, { codeOf }: SiteMap): Receipt | null {
  const warehouse = codeOf.get(document.fulfillment_center.id);
  const lines = linesOf(document);
  if (warehouse === undefined || lines === null) return null;
  const { expected_arrival_date: expected, last_updated_date: updated } = document;
  const changedAt = updated ?? document.insert_date;
  return {
    id: parseReceiptId(String(document.id)),
    warehouse,
    ...readReference(document.purchase_order_number ?? null),
    status: STATUS[document.status] ?? "ARRIVED",
    expectedOn: expected == null ? null : parseLocalDate(expected.slice(0, 10), "expected"),
    lines,
    modifiedAt:
      changedAt == null ? instantOf(new Date(0)) : parseInstant(changedAt, "last_updated_date"),
  };
}

function linesOf({ inventory_quantities: items }: ReceivingDocument): ReceiptLine[] | null {
  try {
    return (items ?? []).map((item) => ({
      sku: parseSku(item.sku ?? ""),
      expected: quantity(item.expected_quantity ?? ZERO, COUNTING_UNIT),
      received: quantity(item.received_quantity ?? ZERO, COUNTING_UNIT),
      stowed: quantity(item.stowed_quantity ?? ZERO, COUNTING_UNIT),
    }));
  } catch {
    return null;
  }
}

/**
 * Our key goes behind the purchase order's number, which the vendor does not keep unique and finds whole.
 */
export function receivingReferenceOf({
  purchaseOrder,
  key,
}: Pick<ReceiptDraft, "purchaseOrder" | "key">): string {
  return `${purchaseOrder ?? ""}~${key}`;
}

function readReference(reference: string | null): {
  readonly purchaseOrder: string | null;
  readonly key: OrderKey | null;
} {
  const ours = /^(.*)~([0-9A-HJKMNP-TV-Z]{10})$/.exec(reference ?? "");
  if (ours?.[2] === undefined) return { purchaseOrder: reference || null, key: null };
  return { purchaseOrder: ours[1] || null, key: parseOrderKey(ours[2]) };
}
