import {
  addDecimals,
  parseInstant,
  parseSku,
  quantity,
  subtractDecimals,
  isPositive,
  ZERO,
  type Disposition,
  type Instant,
  type ParcelReport,
  type ReportedGoods,
} from "@crossdock/domain";
import type { AnnouncedReturn } from "@crossdock/source-contract";
import { decimalField, integerField } from "@crossdock/source-http";
import { z } from "zod";
import { COUNTING_UNIT } from "./stock-levels.ts";

/** The parts of the vendor's return that we read. */
const text = z.string().nullish();

const taken = z.object({
  action: text,
  quantity_processed: decimalField.nullish(),
  lot_information: z
    .array(z.object({ lot_number: text, quantity_processed: decimalField.nullish() }))
    .nullish(),
});

export const returnDocument = z.object({
  id: integerField,
  reference_id: text,
  status: text,
  inventory: z
    .array(z.object({ id: integerField, action_taken: z.array(taken).nullish() }))
    .nullish(),
  insert_date: text,
  completed_date: text,
});
export type ReturnDocument = z.infer<typeof returnDocument>;

const STATUSES: Readonly<Record<string, ParcelReport["status"]>> = {
  AwaitingArrival: "AWAITED",
  Arrived: "ARRIVED",
  // What was counted so far is not all: it is told when it is done.
  Processing: "ARRIVED",
  Completed: "INSPECTED",
  Cancelled: "CANCELLED",
};

/** What nobody has decided yet is kept aside, also where the vendor has a word for it that we do not know. */
const DISPOSITIONS: Readonly<Record<string, Disposition>> = {
  Restock: "RESTOCK",
  Quarantine: "QUARANTINE",
  Dispose: "SCRAP",
};

/**
 * A return as the vendor shows it. Goods that are no item of ours are told under the vendor's number of them.
 * @returns `null` for one that another channel announced
 */
export function announcedReturnOf(
  document: ReturnDocument,
  skuOf: ReadonlyMap<number, string>,
): AnnouncedReturn | null {
  const { id, reference_id: parcel, status, inventory } = document;
  if (parcel == null || parcel === "") return null;
  const known = STATUSES[status ?? ""] ?? "AWAITED";
  const goods = (inventory ?? []).flatMap((item) => {
    const sku = parseSku(skuOf.get(item.id) ?? `item ${String(item.id)}`);
    return (item.action_taken ?? []).flatMap((one) => goodsOf(sku, one));
  });
  return {
    parcel,
    sourceId: String(id),
    report: { status: known, goods: known === "INSPECTED" ? goods : [] },
    changedAt: instantOrNull(known === "AWAITED" ? document.insert_date : document.completed_date),
  };
}

/** One entry for each lot, and one for what was counted without a lot. */
function goodsOf(sku: ReportedGoods["sku"], action: z.infer<typeof taken>): ReportedGoods[] {
  const disposition = DISPOSITIONS[action.action ?? ""] ?? "QUARANTINE";
  const lots = (action.lot_information ?? []).flatMap(
    ({ lot_number: lot, quantity_processed: q }) =>
      lot == null || q == null ? [] : [{ lot, pieces: q }],
  );
  const inLots = addDecimals(ZERO, ...lots.map(({ pieces }) => pieces));
  const bare = subtractDecimals(action.quantity_processed ?? ZERO, inLots);
  return [...lots, { lot: null, pieces: bare }]
    .filter(({ pieces }) => isPositive(pieces))
    .map(({ lot, pieces }) => ({
      sku,
      quantity: quantity(pieces, COUNTING_UNIT),
      lot,
      disposition,
    }));
}

/** The vendor writes times with and without a zone; without one they are UTC. */
function instantOrNull(raw: string | null | undefined): Instant | null {
  if (raw == null || raw === "") return null;
  return parseInstant(/(Z|[+-]\d{2}:?\d{2})$/.test(raw) ? raw : `${raw}Z`, "return time");
}
