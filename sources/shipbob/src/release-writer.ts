import type { Decimal } from "@crossdock/domain";
import {
  UnknownOutcomeError,
  type Refused,
  type Release,
  type ReleaseDraft,
  type ReleaseLine,
  type ReleaseWriter,
  type WriteOutcome,
} from "@crossdock/source-contract";
import { unexpected, exactNumber, type SourceAnswer } from "@crossdock/source-http";
import type { ShipbobClient } from "./client.ts";
import { orderDocument, orderDocuments, type OrderDocument } from "./order-document.ts";
import { referenceOf } from "./references.ts";
import { complaintOf } from "./refusals.ts";
import { shipmentsOf } from "./shipment-mapping.ts";
import type { SiteMap, Sites } from "./sites.ts";

/** How long the vendor may still be at work on an order whose answer was lost. */
const SETTLE_MS = 2_000;
const MAX_INT32 = 2_147_483_647;
const OPERATION = "POST order";
const SHIPPING_METHOD = "Standard";

type WriterDeps = {
  readonly client: ShipbobClient;
  readonly sites: Sites;
  /** The name of the way of shipping, as the account has set it up. */
  readonly shippingMethod?: string;
};

/**
 * Puts releases into the warehouse. The vendor keeps `reference_id` unique and so knows our key by
 * itself: a repeat is answered 422, and what is there is read back and compared.
 */
export function createReleaseWriter(deps: WriterDeps): ReleaseWriter {
  const { client, sites, shippingMethod = SHIPPING_METHOD } = deps;

  const find = async (draft: ReleaseDraft, signal: AbortSignal): Promise<OrderDocument | null> => {
    const ReferenceIds = referenceOf(draft.orderNumber, draft.release);
    const found = await client.get("/order", { ReferenceIds }, orderDocuments, signal);
    return found[0] ?? null;
  };
  const releaseOf = (
    draft: ReleaseDraft,
    document: OrderDocument,
    { codeOf }: SiteMap,
  ): Release => ({
    sourceId: String(document.id),
    orderNumber: draft.orderNumber,
    release: draft.release,
    shipments: shipmentsOf(document, { source: client.name, codeOf }),
  });
  /** The reference is taken: by an earlier try of ours, or by something else. */
  const settle = async (
    draft: ReleaseDraft,
    siteMap: SiteMap,
    signal: AbortSignal,
  ): Promise<WriteOutcome<Release>> => {
    const existing = await find(draft, signal);
    const reference = referenceOf(draft.orderNumber, draft.release);
    if (existing === null) {
      const detail = `${reference} is taken but cannot be found yet`;
      throw new UnknownOutcomeError(client.name, OPERATION, detail);
    }
    if (isSame(existing, draft)) {
      return { kind: "done", document: releaseOf(draft, existing, siteMap) };
    }
    const message = `The warehouse already has a release ${reference} with other lines.`;
    return { kind: "refused", code: "REFUSED", message };
  };

  return {
    idempotency: "native",
    settleMs: SETTLE_MS,
    async findRelease(draft, signal) {
      const [siteMap, document] = await Promise.all([sites.map(signal), find(draft, signal)]);
      return document === null ? null : releaseOf(draft, document, siteMap);
    },
    async createRelease(draft, signal) {
      const fraction = draft.lines.find(({ quantity }) => !isCount(quantity.value));
      if (fraction !== undefined) return invalidQuantity(fraction);
      const siteMap = await sites.map(signal, draft.warehouse);
      const locationId = siteMap.locationOf.get(draft.warehouse);
      if (locationId === undefined) return unknownWarehouse(draft);
      const body = orderBody(draft, locationId, shippingMethod);
      const answer = await client.send("POST", "/order", body, signal);
      if (answer.status === 201 || answer.status === 200) {
        const document = client.decode(OPERATION, answer, orderDocument);
        return { kind: "done", document: releaseOf(draft, document, siteMap) };
      }
      if (answer.status === 422) return settle(draft, siteMap, signal);
      return refusalOf(answer, draft) ?? Promise.reject(unexpected(client.name, OPERATION, answer));
    },
  };
}

function orderBody(draft: ReleaseDraft, locationId: number, shippingMethod: string): unknown {
  const { shipTo } = draft;
  const [address1 = shipTo.city, ...more] = shipTo.lines;
  const tags = [
    { name: "customer_number", value: draft.customerNumber },
    { name: "customer_reference", value: draft.customerReference },
    { name: "order_key", value: draft.orderKey },
  ];
  return {
    reference_id: referenceOf(draft.orderNumber, draft.release),
    order_number: draft.orderNumber,
    type: "B2B",
    shipping_method: shippingMethod,
    location_id: locationId,
    purchase_date: draft.placedAt,
    recipient: {
      name: shipTo.name ?? draft.customerNumber,
      address: {
        address1,
        ...(more.length > 0 ? { address2: more.join(", ") } : {}),
        city: shipTo.city,
        ...(shipTo.region === null ? {} : { state: shipTo.region }),
        ...(shipTo.postalCode === null ? {} : { zip_code: shipTo.postalCode }),
        country: shipTo.country,
      },
    },
    products: draft.lines.map((line) => ({
      reference_id: line.sku,
      sku: line.sku,
      name: line.description,
      quantity: exactNumber(line.quantity.value),
      quantity_unit_of_measure_code: line.quantity.uom,
      external_line_id: line.lineNumber,
    })),
    tags: tags.filter(({ value }) => value !== null && value !== ""),
  };
}

/** Whether the warehouse's order is what the draft asks for, line by line. */
function isSame(existing: OrderDocument, draft: ReleaseDraft): boolean {
  const there = (existing.products ?? []).map(
    ({ sku, reference_id, quantity }) => `${sku ?? reference_id ?? ""} ${quantity ?? ""}`,
  );
  const wanted = draft.lines.map(({ sku, quantity }) => `${sku} ${quantity.value}`);
  return there.length === wanted.length && there.sort().join() === wanted.sort().join();
}

/** @returns the refusal that the answer is; `null` when the mistake is ours */
function refusalOf(answer: SourceAnswer, draft: ReleaseDraft): Refused | null {
  const complaint = complaintOf(answer);
  if (complaint === null) return null;
  const { lastAnswer } = complaint;
  if (complaint.kind === "location") return { ...unknownWarehouse(draft), lastAnswer };
  const line = draft.lines[complaint.productAt];
  return line === undefined ? null : { ...invalidQuantity(line), lastAnswer };
}

function unknownWarehouse({ warehouse }: ReleaseDraft): Refused {
  const message = `The warehouse system does not run ${warehouse}.`;
  return { kind: "refused", code: "UNKNOWN_WAREHOUSE", message };
}

function invalidQuantity({ lineNumber, quantity }: ReleaseLine): Refused {
  const message = `Line ${String(lineNumber)}: the warehouse cannot pick ${quantity.value} ${quantity.uom}.`;
  return { kind: "refused", code: "INVALID_QUANTITY", message };
}

/** Warehouses count whole units, in 32 bits. */
function isCount(value: Decimal): boolean {
  const count = Number(value);
  return Number.isInteger(count) && count >= 1 && count <= MAX_INT32;
}
