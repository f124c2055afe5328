import { addDecimals, type Decimal, type Sku } from "@crossdock/domain";
import {
  UnknownOutcomeError,
  type AnnouncedReturn,
  type Refused,
  type ReturnDraft,
  type ReturnReader,
  type ReturnWriter,
  type WithdrawnReturn,
  type WriteOutcome,
} from "@crossdock/source-contract";
import { exactNumber, unexpected } from "@crossdock/source-http";
import type { ShipbobClient } from "./client.ts";
import type { IndexedItem, InventoryIndex } from "./inventory-index.ts";
import { channelShipmentId } from "./references.ts";
import { announcedReturnOf, returnDocument, type ReturnDocument } from "./return-document.ts";
import type { Sites } from "./sites.ts";

/** How long the vendor may still be at work on a call whose answer was lost. */
const SETTLE_MS = 2_000;
const MAX_INT32 = 2_147_483_647;
const CREATE = "POST return";
const CANCEL = "POST return:cancel";
const MAX_ANSWER_CHARACTERS = 500;
const PAGE_SIZE = "250";

type DeskDeps = {
  readonly client: ShipbobClient;
  readonly index: InventoryIndex;
  readonly sites: Sites;
};

/**
 * Parcels that come back, as the vendor's return orders: `reference_id` is what stands on the box. The vendor takes the same
 * reference twice, so each try looks for it first.
 */
export function createReturnDesk({ client, index, sites }: DeskDeps): ReturnWriter & ReturnReader {
  const list = (parcels: readonly string[], signal: AbortSignal): Promise<ReturnDocument[]> =>
    client.getAll(
      "/return",
      { ReferenceIds: parcels.join(","), PageSize: PAGE_SIZE },
      returnDocument,
      signal,
    );
  /** In the order of the names; of a name that is there twice, the first. */
  const read = async (parcels: readonly string[], signal: AbortSignal) => {
    const documents = await list(parcels, signal);
    const ids = documents.flatMap(({ inventory }) => (inventory ?? []).map(({ id }) => id));
    const skuOf = await index.skusOf([...new Set(ids)], signal);
    return parcels.map((parcel) => {
      const document = documents.find(({ reference_id: name }) => name === parcel);
      return document === undefined ? null : announcedReturnOf(document, skuOf);
    });
  };
  const find = async (parcel: string, signal: AbortSignal): Promise<AnnouncedReturn | null> =>
    (await read([parcel], signal))[0] ?? null;

  return {
    idempotency: "probe",
    settleMs: SETTLE_MS,
    readReturns: read,
    findReturn: find,

    async announceReturn(draft, signal): Promise<WriteOutcome<AnnouncedReturn>> {
      const earlier = await find(draft.parcel, signal);
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
      const body = bodyOf(draft, centerId, items);
      const answer = await client.send("POST", "/return", body, signal);
      if (answer.status === 400 || answer.status === 422) {
        const message = "The warehouse does not take this announcement.";
        const said = answer.text.slice(0, MAX_ANSWER_CHARACTERS);
        const lastAnswer = { status: answer.status, code: null, message: said };
        return { ...refused("REFUSED", message), lastAnswer };
      }
      if (answer.status !== 201 && answer.status !== 200) {
        throw unexpected(client.name, CREATE, answer);
      }
      const document = client.decode(CREATE, answer, returnDocument);
      const announced = announcedReturnOf(document, new Map());
      if (announced !== null) return { kind: "done", document: announced };
      throw new UnknownOutcomeError(client.name, CREATE, "the answer is of another return");
    },

    async findWithdrawnReturn(parcel, signal): Promise<WithdrawnReturn | null> {
      const found = await find(parcel, signal);
      return found === null || found.report.status === "CANCELLED" ? { parcel } : null;
    },

    async withdrawReturn(parcel, signal): Promise<WriteOutcome<WithdrawnReturn>> {
      const before = await find(parcel, signal);
      if (before === null || before.report.status === "CANCELLED") {
        return { kind: "done", document: { parcel } };
      }
      if (before.report.status !== "AWAITED") return hasCome(parcel);
      const path = `/return/${before.sourceId}:cancel`;
      const answer = await client.send("POST", path, null, signal);
      if (answer.status === 200) return { kind: "done", document: { parcel } };
      if (answer.status !== 400 && answer.status !== 422) {
        throw unexpected(client.name, CANCEL, answer);
      }
      const message = answer.text.slice(0, MAX_ANSWER_CHARACTERS);
      return { ...hasCome(parcel), lastAnswer: { status: answer.status, code: null, message } };
    },
  };
}

/** The vendor takes each item once: of an item in several lots no lot is named, and the warehouse tells what it finds. */
function bodyOf(
  draft: ReturnDraft,
  centerId: number,
  items: ReadonlyMap<Sku, IndexedItem>,
): unknown {
  const skus = [...new Set(draft.lines.map(({ sku }) => sku))];
  const shipment = channelShipmentId(draft.shipmentId);
  return {
    reference_id: draft.parcel,
    fulfillment_center: { id: centerId },
    ...(shipment === null ? {} : { original_shipment_id: shipment }),
    inventory: skus.map((sku) => {
      const lines = draft.lines.filter((line) => line.sku === sku);
      const [first] = lines;
      const lot = lines.length === 1 ? (first?.lot ?? null) : null;
      return {
        id: items.get(sku)?.inventoryId,
        quantity: exactNumber(addDecimals(...lines.map(({ quantity }) => quantity.value))),
        requested_action: "Default",
        ...(lot === null ? {} : { lot_number: lot }),
      };
    }),
  };
}

/** Warehouses count whole units, in 32 bits. */
function isCount(value: Decimal): boolean {
  const count = Number(value);
  return Number.isInteger(count) && count >= 1 && count <= MAX_INT32;
}

function hasCome(parcel: string): Refused {
  return refused("NOT_CANCELLABLE", `The warehouse has ${parcel} already.`);
}

function refused(code: Refused["code"], message: string): Refused {
  return { kind: "refused", code, message };
}
