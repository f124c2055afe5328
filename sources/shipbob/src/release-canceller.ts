import {
  SourceError,
  type LastAnswer,
  type Shipment,
  type ShipmentId,
  type ShipmentStatus,
} from "@crossdock/domain";
import {
  UnknownOutcomeError,
  type CancelledRelease,
  type ReleaseCanceller,
  type Refused,
  type ReleaseCancellation,
  type WriteOutcome,
} from "@crossdock/source-contract";
import { unexpected, type SourceAnswer } from "@crossdock/source-http";
import { z } from "zod";
import type { ShipbobClient } from "./client.ts";
import { orderDocuments, type OrderDocument } from "./order-document.ts";
import { orderIdOfShipment, referenceOf } from "./references.ts";
import { shipmentsOf } from "./shipment-mapping.ts";
import type { Sites } from "./sites.ts";

/** How long the vendor may still be at work on a cancellation whose answer was lost. */
const SETTLE_MS = 2_000;

type CancellerDeps = { readonly client: ShipbobClient; readonly sites: Sites };

/**
 * Cancels orders and shipments of the vendor. It has no key for that and needs none: the state is read
 * before anything is sent, so that a repeat sends nothing, and read again after it, for the vendor
 * answers 200 also where it cancelled nothing.
 */
export function createReleaseCanceller({ client, sites }: CancellerDeps): ReleaseCanceller {
  const read = async (
    query: { readonly IDs: string } | { readonly ReferenceIds: string },
    signal: AbortSignal,
  ): Promise<Found | null> => {
    const [{ codeOf }, [document]] = await Promise.all([
      sites.map(signal),
      client.get("/order", query, orderDocuments, signal),
    ]);
    if (document === undefined) return null;
    return { document, shipments: shipmentsOf(document, { source: client.name, codeOf }) };
  };
  const readRelease = ({ orderNumber, release }: ReleaseCancellation, signal: AbortSignal) =>
    read({ ReferenceIds: referenceOf(orderNumber, release) }, signal);
  const readShipment = async (id: ShipmentId, signal: AbortSignal) => {
    const orderId = orderIdOfShipment(id);
    const found = orderId === null ? null : await read({ IDs: String(orderId) }, signal);
    return found?.shipments.find((shipment) => shipment.id === id) ?? null;
  };
  const send = async (path: string, operation: string, signal: AbortSignal): Promise<Said> => {
    const answer = await client.send("POST", path, null, signal);
    if (!ANSWERS.has(answer.status)) throw unexpected(client.name, operation, answer);
    const message = answer.text.slice(0, MAX_ANSWER_CHARACTERS);
    const lastAnswer = { status: answer.status, code: null, message };
    return { operation, isDone: answer.status === 200 && !reportsFailure(answer), lastAnswer };
  };
  /** It was sent: that its state cannot be read does not mean that nothing was done. */
  const readBack = async <Found>(found: Promise<Found>, { operation }: Said): Promise<Found> => {
    try {
      return await found;
    } catch (error) {
      if (!(error instanceof SourceError) || !error.isUnsent) throw error;
      const detail = `it was answered, and its state cannot be read: ${error.message}`;
      throw new UnknownOutcomeError(client.name, operation, detail);
    }
  };
  /** What its state says after the vendor was asked. */
  const judge = (shipment: Shipment, said: Said): Refused | null => {
    if (shipment.status === "CANCELLED") return null;
    if (said.isDone && STILL_CANCELLABLE.has(shipment.status)) {
      const detail = `shipment ${shipment.number} was said to be cancelled and is ${shipment.status}`;
      throw new UnknownOutcomeError(client.name, said.operation, detail);
    }
    return { ...notCancellable(shipment), lastAnswer: said.lastAnswer };
  };

  return {
    idempotency: "probe",
    settleMs: SETTLE_MS,

    async findCancelledShipment(id, signal) {
      const shipment = await readShipment(id, signal);
      return shipment?.status === "CANCELLED" ? shipment : null;
    },

    async cancelShipment(id, signal): Promise<WriteOutcome<Shipment>> {
      const before = await readShipment(id, signal);
      if (before === null) return unknownShipment(id);
      if (before.status === "CANCELLED") return { kind: "done", document: before };
      const path = `/shipment/${before.number}:cancel`;
      const said = await send(path, "POST shipment:cancel", signal);
      const after = await readBack(readShipment(id, signal), said);
      if (after === null) return unknownShipment(id);
      return judge(after, said) ?? { kind: "done", document: after };
    },

    async findCancelledRelease(release, signal) {
      const found = await readRelease(release, signal);
      return found === null || isCancelled(found) ? cancelledOf(found) : null;
    },

    async cancelRelease(release, signal): Promise<WriteOutcome<CancelledRelease>> {
      const before = await readRelease(release, signal);
      if (before === null || isCancelled(before)) {
        return { kind: "done", document: cancelledOf(before) };
      }
      const path = `/order/${String(before.document.id)}:cancel`;
      const said = await send(path, "POST order:cancel", signal);
      const after = await readBack(readRelease(release, signal), said);
      const left = after?.shipments.find(({ status }) => status !== "CANCELLED");
      const refused = left === undefined ? null : judge(left, said);
      return refused ?? { kind: "done", document: cancelledOf(after) };
    },
  };
}

type Found = { readonly document: OrderDocument; readonly shipments: readonly Shipment[] };
type Said = {
  readonly operation: string;
  /** The vendor says that it did all of it. */
  readonly isDone: boolean;
  readonly lastAnswer: LastAnswer;
};

const MAX_ANSWER_CHARACTERS = 500;

/** Done, not in this state, and what the rules of the vendor say against it. */
const ANSWERS: ReadonlySet<number> = new Set([200, 400, 422]);

/** Nobody has fetched its goods yet. */
const STILL_CANCELLABLE: ReadonlySet<ShipmentStatus> = new Set([
  "PLANNED",
  "RELEASED",
  "EXCEPTION",
]);

const results = z.object({
  canceled_shipment_results: z.array(z.object({ is_success: z.boolean().nullish() })).nullish(),
});

/** A cancelled order's answer has a result for each of its shipments. */
function reportsFailure(answer: SourceAnswer): boolean {
  const parsed = results.safeParse(answer.json());
  const each = parsed.success ? (parsed.data.canceled_shipment_results ?? []) : [];
  return each.some(({ is_success: isSuccess }) => isSuccess === false);
}

function isCancelled({ shipments }: Found): boolean {
  return shipments.length > 0 && shipments.every(({ status }) => status === "CANCELLED");
}

function cancelledOf(found: Found | null): CancelledRelease {
  return { shipments: found?.shipments ?? [] };
}

function notCancellable({ number, status }: Shipment): Refused {
  const message = `Shipment ${number} is ${status} and can no longer be cancelled.`;
  return { kind: "refused", code: "NOT_CANCELLABLE", message };
}

function unknownShipment(id: ShipmentId): Refused {
  return {
    kind: "refused",
    code: "UNKNOWN_SHIPMENT",
    message: `The warehouse has no shipment ${id}.`,
  };
}
