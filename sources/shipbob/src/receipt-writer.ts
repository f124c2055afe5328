import {
  compareDecimals,
  isCancellableReceipt,
  isInteger,
  isPositive,
  parseDecimal,
  type Receipt,
  type ReceiptDraft,
  type ReceiptId,
} from "@crossdock/domain";
import {
  UnknownOutcomeError,
  type ReceiptWriter,
  type Refused,
  type WriteOutcome,
} from "@crossdock/source-contract";
import { exactNumber, unexpected } from "@crossdock/source-http";
import type { ShipbobClient } from "./client.ts";
import type { IndexedItem, InventoryIndex } from "./inventory-index.ts";
import {
  receiptOf,
  receivingDocument,
  receivingDocuments,
  receivingReferenceOf,
} from "./receipt-document.ts";
import type { Sites } from "./sites.ts";

/** How long the vendor may still be at work on a call whose answer was lost. */
const SETTLE_MS = 2_000;
const MAX_INT32 = parseDecimal("2147483647");
const OPERATION = "POST receiving";
const MAX_ANSWER_CHARACTERS = 500;

type WriterDeps = {
  readonly client: ShipbobClient;
  readonly index: InventoryIndex;
  readonly sites: Sites;
};

/**
 * Announces goods as a warehouse receiving order. The vendor takes the same one twice, so each try looks first for our
 * key, which is part of the purchase order's number there. All goods go into one pallet: what is in which box nobody has
 * told us.
 */
export function createReceiptWriter({ client, index, sites }: WriterDeps): ReceiptWriter {
  const find = async (draft: ReceiptDraft, signal: AbortSignal): Promise<Receipt | null> => {
    const query = { PurchaseOrderNumbers: receivingReferenceOf(draft) };
    const [siteMap, [document]] = await Promise.all([
      sites.map(signal),
      client.get("/receiving", query, receivingDocuments, signal),
    ]);
    return document === undefined ? null : receiptOf(document, siteMap);
  };
  const read = async (id: ReceiptId, signal: AbortSignal): Promise<Receipt | null> => {
    if (!/^\d{1,15}$/.test(id)) return null;
    const [siteMap, [document]] = await Promise.all([
      sites.map(signal),
      client.get("/receiving", { IDs: id }, receivingDocuments, signal),
    ]);
    return document === undefined ? null : receiptOf(document, siteMap);
  };

  return {
    idempotency: "probe",
    settleMs: SETTLE_MS,
    findReceipt: find,

    async announceReceipt(draft, signal): Promise<WriteOutcome<Receipt>> {
      const earlier = await find(draft, signal);
      if (earlier !== null) return { kind: "done", document: earlier };
      const wrong = draft.lines.find(({ quantity: { value } }) => !isCount(value));
      if (wrong !== undefined) {
        const { value, uom } = wrong.quantity;
        return refused("INVALID_QUANTITY", `The warehouse cannot count ${value} ${uom}.`);
      }
      const siteMap = await sites.map(signal, draft.warehouse);
      const centerId = siteMap.locationOf.get(draft.warehouse);
      if (centerId === undefined) {
        const message = `The warehouse system does not run ${draft.warehouse}.`;
        return refused("UNKNOWN_WAREHOUSE", message);
      }
      const items = await index.find([...new Set(draft.lines.map(({ sku }) => sku))], signal);
      const unknown = draft.lines.find(({ sku }) => !items.has(sku));
      if (unknown !== undefined) {
        return refused("UNKNOWN_SKU", `The warehouse keeps no ${unknown.sku}.`);
      }
      const answer = await client.send(
        "POST",
        "/receiving",
        bodyOf(draft, centerId, items),
        signal,
      );
      if (answer.status === 400) {
        const message = "The warehouse does not take this announcement.";
        const said = answer.text.slice(0, MAX_ANSWER_CHARACTERS);
        const lastAnswer = { status: answer.status, code: null, message: said };
        return { ...refused("REFUSED", message), lastAnswer };
      }
      if (answer.status !== 201 && answer.status !== 200) {
        throw unexpected(client.name, OPERATION, answer);
      }
      const receipt = receiptOf(client.decode(OPERATION, answer, receivingDocument), siteMap);
      if (receipt !== null) return { kind: "done", document: receipt };
      throw new UnknownOutcomeError(client.name, OPERATION, "the answer is of other goods");
    },

    async findCancelledReceipt(id, signal) {
      const receipt = await read(id, signal);
      return receipt?.status === "CANCELLED" ? receipt : null;
    },

    async cancelReceipt(id, signal): Promise<WriteOutcome<Receipt>> {
      const before = await read(id, signal);
      if (before === null) return refused("UNKNOWN_RECEIPT", `There is no receipt ${id}.`);
      if (before.status === "CANCELLED") return { kind: "done", document: before };
      if (!isCancellableReceipt(before)) return notCancellable(before);
      const operation = "POST receiving:cancel";
      const answer = await client.send("POST", `/receiving/${id}:cancel`, null, signal);
      if (answer.status === 200) {
        const document = client.decode(operation, answer, receivingDocument);
        const receipt = receiptOf(document, await sites.map(signal));
        if (receipt?.status === "CANCELLED") return { kind: "done", document: receipt };
        throw new UnknownOutcomeError(client.name, operation, `it is still ${document.status}`);
      }
      if (answer.status !== 400 && answer.status !== 422) {
        throw unexpected(client.name, operation, answer);
      }
      const message = answer.text.slice(0, MAX_ANSWER_CHARACTERS);
      const lastAnswer = { status: answer.status, code: null, message };
      return { ...notCancellable(before), lastAnswer };
    },
  };
}

function bodyOf(
  draft: ReceiptDraft,
  centerId: number,
  items: ReadonlyMap<string, IndexedItem>,
): unknown {
  return {
    fulfillment_center: { id: centerId },
    package_type: "Pallet",
    box_packaging_type: "EverythingInOneBox",
    expected_arrival_date: `${draft.expectedOn}T00:00:00Z`,
    purchase_order_number: receivingReferenceOf(draft),
    boxes: [
      {
        tracking_number: draft.key,
        box_items: draft.lines.map(({ sku, quantity, lot }) => ({
          inventory_id: items.get(sku)?.inventoryId,
          quantity: exactNumber(quantity.value),
          ...(lot === null ? {} : { lot_number: lot.number }),
          ...(lot?.expiresOn == null ? {} : { lot_date: `${lot.expiresOn}T00:00:00Z` }),
        })),
      },
    ],
  };
}

function notCancellable({ id, status }: Receipt): Refused {
  return refused("NOT_CANCELLABLE", `Receipt ${id} is ${status} and can no longer be cancelled.`);
}

function refused(code: Refused["code"], message: string): Refused {
  return { kind: "refused", code, message };
}

/** Warehouses count whole units, in 32 bits. */
function isCount(value: ReceiptDraft["lines"][number]["quantity"]["value"]): boolean {
  return isInteger(value) && isPositive(value) && compareDecimals(value, MAX_INT32) <= 0;
}
