import {
  addDecimals,
  isPositive,
  parseWarehouseCode,
  quantity,
  subtractDecimals,
  ZERO,
  type Decimal,
  type LocalDate,
  type Sku,
} from "@crossdock/domain";
import type { BookedStock, BookedStockReader } from "@crossdock/source-contract";
import { decimalField } from "@crossdock/source-http";
import { z } from "zod";
import type { BusinessCentralClient } from "./client.ts";
import { JOURNALS, LEDGER, TAKES } from "./item-journal.ts";
import { allOf, anyOf, chunk, MAX_KEYS_PER_FILTER, type ODataRead } from "./odata.ts";
import type { ReferenceSource } from "./reference-data.ts";
import { optionalText, optionName } from "./wire-values.ts";

/** Entry types of goods that came from outside; what is sent back to us is a sale with a quantity above zero. */
const CAME: ReadonlySet<string> = new Set(["Purchase", "Sale"]);
/** Every item of the sandbox and of most tenants is counted in it; the reference data says what it is called there. */
const COUNTING_UNIT = "EA";

const openEntry = z.object({
  Item_No: z.string(),
  Location_Code: z.string(),
  Remaining_Quantity: decimalField,
});
const cameEntry = z.object({
  Item_No: z.string(),
  Location_Code: z.string(),
  Entry_Type: optionName,
  Quantity: decimalField,
});
const journalLine = z.object({
  Item_No: z.string(),
  Location_Code: z.string(),
  Entry_Type: optionName,
  Quantity: decimalField,
  Unit_of_Measure_Code: optionalText,
});
const transferLine = z.object({
  Item_No: z.string(),
  Location_Code: z.string(),
  New_Location_Code: z.string(),
  Quantity: decimalField,
  Unit_of_Measure_Code: optionalText,
});

const KINDS = ["open", "came", "adjusting", "moving"] as const;

/**
 * The item ledger (page 38) with the two item journals, read together: what is posted between two reads would be in both, or
 * in neither. One call for 25 chunks of forty items.
 */
export function createBookedStockReader({
  client,
  references,
}: {
  readonly client: BusinessCentralClient;
  readonly references: ReferenceSource;
}): BookedStockReader {
  return {
    async readBookedStock({ skus, receivedSince }, signal) {
      const { uomOf, unitCodeOf } = await references.get(signal);
      const uom = uomOf(COUNTING_UNIT);
      const unit = unitCodeOf(uom);
      const chunks = chunk(skus, MAX_KEYS_PER_FILTER);
      const reads = chunks.flatMap((keys) => readsOf(keys, receivedSince));
      const answers = await client.readAll("pages", reads, signal);
      const rows = (kind: (typeof KINDS)[number]) =>
        answers.filter((_, at) => at % KINDS.length === KINDS.indexOf(kind)).flat();
      const sums = createSums();
      for (const entry of client.decode(LEDGER, rows("open"), z.array(openEntry))) {
        sums.add("booked", entry.Item_No, entry.Location_Code, entry.Remaining_Quantity);
      }
      for (const entry of client.decode(LEDGER, rows("came"), z.array(cameEntry))) {
        if (!CAME.has(entry.Entry_Type) || !isPositive(entry.Quantity)) continue;
        sums.add("received", entry.Item_No, entry.Location_Code, entry.Quantity);
      }
      const { page } = JOURNALS.count;
      for (const line of client.decode(page, rows("adjusting"), z.array(journalLine))) {
        const delta = TAKES.has(line.Entry_Type) ? negative(line.Quantity) : line.Quantity;
        const isCounted = line.Unit_of_Measure_Code === unit;
        sums.add("waiting", line.Item_No, line.Location_Code, isCounted ? delta : null);
      }
      const transfers = JOURNALS.transfer.page;
      for (const line of client.decode(transfers, rows("moving"), z.array(transferLine))) {
        const isCounted = line.Unit_of_Measure_Code === unit;
        const { Item_No: sku, Quantity: moved } = line;
        sums.add("waiting", sku, line.Location_Code, isCounted ? negative(moved) : null);
        sums.add("waiting", sku, line.New_Location_Code, isCounted ? moved : null);
      }
      return skus.map((sku) =>
        sums.of(sku).map(([code, sum]): BookedStock => ({
          warehouse: parseWarehouseCode(code),
          booked: quantity(sum.booked ?? ZERO, uom),
          waiting: sum.waiting === null ? null : quantity(sum.waiting, uom),
          received: quantity(sum.received ?? ZERO, uom),
        })),
      );
    },
  };
}

/** In the order of {@link KINDS}. */
function readsOf(skus: readonly Sku[], receivedSince: LocalDate): readonly ODataRead[] {
  const ours = anyOf("Item_No", skus);
  const read = (set: string, $filter: string, $select: string): ODataRead => ({
    set,
    query: { $filter, $select: `Item_No,Location_Code,${$select}` },
    only: { Item_No: skus },
  });
  return [
    read(LEDGER, allOf(ours, "Open eq true"), "Remaining_Quantity"),
    read(
      LEDGER,
      allOf(ours, `Posting_Date ge ${receivedSince}`, "Quantity gt 0"),
      "Entry_Type,Quantity",
    ),
    read(JOURNALS.count.page, ours, "Entry_Type,Quantity,Unit_of_Measure_Code"),
    read(JOURNALS.transfer.page, ours, "New_Location_Code,Quantity,Unit_of_Measure_Code"),
  ];
}

type Sum = { booked: Decimal | null; waiting: Decimal | null; received: Decimal | null };

/** Sums by item and location. A null makes a sum unknown for good. */
function createSums() {
  const byItem = new Map<string, Map<string, Sum>>();
  return {
    add(kind: keyof Sum, sku: string, location: string, value: Decimal | null): void {
      // Stock that lies nowhere is in no warehouse.
      if (location === "") return;
      const sums = byItem.get(sku) ?? new Map<string, Sum>();
      const sum = sums.get(location) ?? { booked: ZERO, waiting: ZERO, received: ZERO };
      const before = sum[kind];
      sum[kind] = before === null || value === null ? null : addDecimals(before, value);
      sums.set(location, sum);
      byItem.set(sku, sums);
    },
    of: (sku: string): readonly (readonly [string, Sum])[] => [...(byItem.get(sku) ?? [])],
  };
}

function negative(value: Decimal): Decimal {
  return subtractDecimals(ZERO, value);
}
