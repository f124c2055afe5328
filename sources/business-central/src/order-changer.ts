import { isPositive, type OrderDraft, type SourceOrder } from "@crossdock/domain";
import type { OrderChanger, Refused } from "@crossdock/source-contract";
import { z } from "zod";
import { MAX_BATCH_PARTS, quote } from "./odata.ts";
import { toOrder } from "./order-document.ts";
import type { OrderDeps } from "./order-reader.ts";
import { changesTo } from "./order-rewrite.ts";
import { CHANGEABLE_SHAPE, changeableRow, ORDERS, type ChangeableRow } from "./order-rows.ts";
import { INVOICES } from "./posted-order.ts";
import { referenceOf } from "./references.ts";
import { refusalOf, refusedPart, unexpected } from "./refusals.ts";
import { lookTwice } from "./second-look.ts";

const REMOVE = "DELETE salesOrders";
const REWRITE = "POST $batch salesOrders";
const REQUEST_ENTITY_CHANGED = 409;

type Found = { readonly row: ChangeableRow | null; readonly isPosted: boolean };

/**
 * Changes of sales orders. Each reads the order first and names the version that it has read, so that what
 * a clerk, or the posting of a shipment, does meanwhile makes it start again.
 */
export function createOrderChanger(deps: OrderDeps, settleMs: number): OrderChanger {
  const { client, references, home } = deps;

  const look = async (draft: OrderDraft, signal: AbortSignal): Promise<Found | null> => {
    const reference = referenceOf(draft);
    const $filter = `externalDocumentNumber eq ${quote(reference)}`;
    const only = { externalDocumentNumber: [reference] };
    const [orders = [], invoices = []] = await client.readAll(
      "api",
      [
        { set: ORDERS, query: { $filter, ...CHANGEABLE_SHAPE }, only },
        { set: INVOICES, query: { $filter, $select: "id,externalDocumentNumber" }, only },
      ],
      signal,
    );
    const [row = null] = client.decode(ORDERS, orders, z.array(changeableRow));
    const isPosted = invoices.length > 0;
    return row === null && !isPosted ? null : { row, isPosted };
  };
  const find = async (draft: OrderDraft, signal: AbortSignal): Promise<Found> =>
    (await lookTwice(() => look(draft, signal))) ?? { row: null, isPosted: false };
  const changesOf = async (row: ChangeableRow, draft: OrderDraft, signal: AbortSignal) => {
    const reference = await references.get(signal);
    return changesTo(row, draft, reference);
  };
  const orderOf = async (row: ChangeableRow, signal: AbortSignal): Promise<SourceOrder> =>
    toOrder(row, await references.get(signal), home);

  /** Somebody else was faster: a clerk who deleted it, or who posted it to the end. */
  const goneMeanwhile = async (draft: OrderDraft, signal: AbortSignal) =>
    (await find(draft, signal)).isPosted
      ? refused("ALREADY_INVOICED", POSTED)
      : ({ kind: "done", document: { key: draft.key } } as const);

  return {
    idempotency: "probe",
    settleMs,

    async findRemovedOrder(draft, signal) {
      const { row, isPosted } = await find(draft, signal);
      return row === null && !isPosted ? { key: draft.key } : null;
    },

    async removeOrder(draft, signal) {
      const { row, isPosted } = await find(draft, signal);
      if (isPosted) return refused("ALREADY_INVOICED", POSTED);
      if (row === null) return { kind: "done", document: { key: draft.key } };
      if (isShipped(row)) return refused("NOT_CANCELLABLE", SHIPPED);
      const headers = { "if-match": row["@odata.etag"] };
      const path = `${ORDERS}(${row.id})`;
      const answer = await client.send("DELETE", path, undefined, signal, headers);
      if (answer.status === 204) return { kind: "done", document: { key: draft.key } };
      if (answer.status === 404) return goneMeanwhile(draft, signal);
      const refusal = refusalOf(answer);
      if (refusal !== null) return { ...refusal, code: "NOT_CANCELLABLE" };
      throw unexpected(client.name, REMOVE, answer);
    },

    async findRewrittenOrder(draft, signal) {
      const { row } = await find(draft, signal);
      if (row === null) return null;
      const changes = await changesOf(row, draft, signal);
      return changes?.length === 0 ? orderOf(row, signal) : null;
    },

    async rewriteOrder(draft, signal) {
      const { row, isPosted } = await find(draft, signal);
      if (row === null || isPosted) {
        return refused("NOT_AMENDABLE", "The ERP has the order no more, or has posted some of it.");
      }
      if (isShipped(row)) return refused("NOT_AMENDABLE", SHIPPED);
      const changes = await changesOf(row, draft, signal);
      if (changes === null)
        return refused("NOT_AMENDABLE", "The ERP does not have every warehouse of the order.");
      if (changes.length > MAX_BATCH_PARTS) {
        const message = `The ERP takes ${String(MAX_BATCH_PARTS)} changes at once; these are ${String(changes.length)}.`;
        return refused("NOT_AMENDABLE", message);
      }
      if (changes.length === 0) return { kind: "done", document: await orderOf(row, signal) };
      const failed = await client.sendTogether(changes, signal);
      if (failed === null) {
        const { row: after } = await find(draft, signal);
        // It was rewritten and is gone since: the next look says what has become of it.
        if (after === null)
          throw refusedPart(client.name, REWRITE, { status: REQUEST_ENTITY_CHANGED });
        return { kind: "done", document: await orderOf(after, signal) };
      }
      const refusal = refusalOf(failed);
      if (refusal !== null) return refusal;
      throw unexpected(client.name, REWRITE, failed);
    },
  };
}

const SHIPPED = "Some of the order has been shipped.";
const POSTED = "The ERP has posted an invoice for the order.";

function isShipped({ salesOrderLines }: ChangeableRow): boolean {
  return salesOrderLines.some(({ shippedQuantity }) => isPositive(shippedQuantity));
}

function refused(code: Refused["code"], message: string): Refused {
  return { kind: "refused", code, message };
}
