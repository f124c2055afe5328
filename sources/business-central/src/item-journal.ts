import {
  addDecimals,
  subtractDecimals,
  ZERO,
  type Decimal,
  type StockMovementDraft,
} from "@crossdock/domain";
import type { Refused } from "@crossdock/source-contract";
import { decimalField } from "@crossdock/source-http";
import { z } from "zod";
import type { BusinessCentralClient } from "./client.ts";
import { allOf, quote, type ODataRead } from "./odata.ts";
import { CARDS } from "./product-reader.ts";
import { optionalText, optionName } from "./wire-values.ts";

/** Published page 40, and the template whose journals it opens. */
const ITEM_JOURNAL = { page: "ItemJournal", template: "ITEM" } as const;
/** Published page 393. */
const RECLASS_JOURNAL = { page: "ItemReclassJournal", template: "RECLASS" } as const;
export const JOURNALS = {
  difference: ITEM_JOURNAL,
  count: ITEM_JOURNAL,
  transfer: RECLASS_JOURNAL,
} as const;
/** Published page 38: what posted lines become. */
export const LEDGER = "ItemLedgerEntries";
/** Entry types as they go over the wire. */
export const ADJUSTMENT = {
  more: "Positive_x0020_Adjmt_x002E_",
  less: "Negative_x0020_Adjmt_x002E_",
} as const;
/** Entry types that take stock away when their line is posted. */
export const TAKES: ReadonlySet<string> = new Set(["Negative Adjmt.", "Sale", "Consumption"]);

const journalLine = z.object({
  Entry_Type: optionName,
  Quantity: decimalField,
  Unit_of_Measure_Code: optionalText,
});
const transferLine = z.object({ Quantity: decimalField, Unit_of_Measure_Code: optionalText });
const postedEntry = z.object({ Location_Code: z.string(), Quantity: decimalField });
const costCard = z.object({ Unit_Cost: decimalField.nullish() });
const openEntry = z.object({ Remaining_Quantity: decimalField });

const JOURNAL_FIELDS = "Entry_Type,Quantity,Unit_of_Measure_Code";
const TRANSFER_FIELDS = "Quantity,Unit_of_Measure_Code";

/** What is entered under a key, and what one base unit of the item is worth to the books. */
export type Entries = {
  /** Signed, of the draft's warehouse; `null` when there is nothing. */
  readonly entered: Decimal | null;
  /** `null` for an item that the ERP does not have. */
  readonly unitCost: Decimal | null;
};

/** What an earlier try entered under the draft's key, waiting or posted. */
export async function findEntries(
  client: BusinessCentralClient,
  draft: StockMovementDraft,
  signal: AbortSignal,
): Promise<Entries> {
  const $filter = `Document_No eq ${quote(draft.key)}`;
  const only = { Document_No: [draft.key] };
  const { page } = JOURNALS[draft.kind];
  const fields = draft.kind === "transfer" ? TRANSFER_FIELDS : JOURNAL_FIELDS;
  const [waiting = [], posted = [], cards = []] = await client.readAll(
    "pages",
    [
      // The journal first: a line that is posted between the two reads is in both, never in neither.
      { set: page, query: { $filter, $select: `Document_No,${fields}` }, only },
      { set: LEDGER, query: { $filter, $select: "Document_No,Location_Code,Quantity" }, only },
      {
        set: CARDS,
        query: { $filter: `No eq ${quote(draft.sku)}`, $select: "No,Unit_Cost" },
        only: { No: [draft.sku] },
      },
    ],
    signal,
  );
  const [card] = client.decode(CARDS, cards, z.array(costCard));
  const unitCost = card?.Unit_Cost ?? null;
  if (waiting.length > 0) {
    const entered =
      draft.kind === "transfer"
        ? subtractDecimals(ZERO, ...decodeTransfers(client, waiting).map((line) => line.Quantity))
        : addDecimals(...decodeAdjustments(client, waiting).map((line) => line.value));
    return { entered, unitCost };
  }
  const here = client
    .decode(LEDGER, posted, z.array(postedEntry))
    .filter((entry) => entry.Location_Code === draft.warehouse);
  const entered = here.length === 0 ? null : addDecimals(...here.map((entry) => entry.Quantity));
  return { entered, unitCost };
}

/**
 * What the books say is there once everything that waits in the journals is posted.
 * @param unit the product's base unit, as the ERP names it
 * @returns a refusal when a line of another unit waits: what it is worth cannot be read
 */
export async function bookedQuantity(
  client: BusinessCentralClient,
  { sku, warehouse, lot }: StockMovementDraft,
  unit: string,
  signal: AbortSignal,
): Promise<{ readonly kind: "booked"; readonly value: Decimal } | Refused> {
  const item = `Item_No eq ${quote(sku)}`;
  const here = allOf(item, `Location_Code eq ${quote(warehouse)}`);
  const ofLot = lot === null ? here : allOf(here, `Lot_No eq ${quote(lot)}`);
  const coming = allOf(item, `New_Location_Code eq ${quote(warehouse)}`);
  const read = (set: string, $filter: string, $select: string): ODataRead => ({
    set,
    query: { $filter, $select: `Item_No,${$select}` },
    only: { Item_No: [sku] },
  });
  const [adjusting = [], leaving = [], arriving = [], open = []] = await client.readAll(
    "pages",
    [
      read(ITEM_JOURNAL.page, ofLot, JOURNAL_FIELDS),
      read(RECLASS_JOURNAL.page, here, TRANSFER_FIELDS),
      read(RECLASS_JOURNAL.page, coming, TRANSFER_FIELDS),
      read(LEDGER, allOf(ofLot, "Open eq true"), "Remaining_Quantity"),
    ],
    signal,
  );
  const adjustments = decodeAdjustments(client, adjusting);
  const [out, into] = [decodeTransfers(client, leaving), decodeTransfers(client, arriving)];
  const units = [...adjustments.map((line) => line.unit), ...unitsOf(out), ...unitsOf(into)];
  if (units.some((other) => other !== unit)) {
    const message = `A line of another unit than ${unit} waits in the item journal of ${sku}: post it before you count.`;
    return { kind: "refused", code: "REFUSED", message };
  }
  const entries = client.decode(LEDGER, open, z.array(openEntry));
  const value = addDecimals(
    ZERO,
    ...entries.map((entry) => entry.Remaining_Quantity),
    ...adjustments.map((line) => line.value),
    ...into.map((line) => line.Quantity),
  );
  return { kind: "booked", value: subtractDecimals(value, ...out.map((line) => line.Quantity)) };
}

function decodeAdjustments(client: BusinessCentralClient, rows: readonly unknown[]) {
  const lines = client.decode(ITEM_JOURNAL.page, rows, z.array(journalLine));
  return lines.map(({ Entry_Type, Quantity, Unit_of_Measure_Code: unit }) => ({
    unit,
    value: TAKES.has(Entry_Type) ? subtractDecimals(ZERO, Quantity) : Quantity,
  }));
}

function decodeTransfers(client: BusinessCentralClient, rows: readonly unknown[]) {
  return client.decode(RECLASS_JOURNAL.page, rows, z.array(transferLine));
}

function unitsOf(lines: readonly z.infer<typeof transferLine>[]): (string | null)[] {
  return lines.map((line) => line.Unit_of_Measure_Code);
}
