import {
  money,
  parseCurrencyCode,
  parseDecimal,
  parseLocalDate,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type OrderKey,
} from "@crossdock/domain";
import { generateWorld } from "@crossdock/sandbox";
import { stockMovementWriterContract } from "@crossdock/source-contract/testing";
import { startTenant, type Tenant } from "./testing/tenant.ts";

const SKU = parseSku("NG-10008");
const [EAST, WEST] = [parseWarehouseCode("EAST"), parseWarehouseCode("WEST")];
const signal = AbortSignal.timeout(60_000);
const each = (value: string) => quantity(parseDecimal(value), parseUomCode("EA"));

const UNIT_COST = parseDecimal(
  String(generateWorld().items.find(({ sku }) => sku === SKU)?.unitCost),
);

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterEach(() => tenant.clearFaults());
afterAll(() => tenant.stop());

const draftOf = (key: string) => ({
  key: key as OrderKey,
  kind: "difference" as const,
  sku: SKU,
  warehouse: EAST,
  lot: null,
  quantity: each("-1"),
  reason: "Counted on Friday",
  on: parseLocalDate("2026-11-21"),
});

stockMovementWriterContract("Business Central", async () => ({
  movements: tenant.system.stockMovements,
  draft: draftOf,
  unitCost: money(UNIT_COST, parseCurrencyCode("USD")),
  elsewhere: WEST,
  posted: async ({ sku, warehouse }) => {
    const entries = await tenant.documents("OPENING", "itemLedgerEntry");
    const here = entries.filter(
      (entry) => entry.Item_No === sku && entry.Location_Code === warehouse,
    );
    return each(String(here.reduce((sum, entry) => sum + Number(entry.Remaining_Quantity), 0)));
  },
  count: async (key) => {
    const types = ["itemJournalLine", "reclassJournalLine", "itemLedgerEntry"];
    const found = await Promise.all(types.map((type) => tenant.documents(key, type)));
    return found.flat().length;
  },
  loseNextAnswer: () =>
    tenant.fault({ kind: "lostResponse", operation: "POST ItemJournal", forMs: 5_000 }),
}));

test("a line says who it is from, why, and of which lot, in the words of the journal", async () => {
  const draft = { ...draftOf("1000000001"), lot: "L-7", reason: "Dropped by a fork lift" };
  await tenant.system.stockMovements.bookMovement(draft, signal, null);
  expect(await tenant.documents(draft.key, "itemJournalLine")).toMatchObject([
    {
      Journal_Template_Name: "ITEM",
      Journal_Batch_Name: "DEFAULT",
      Posting_Date: "2026-11-21",
      Entry_Type: "Negative_x0020_Adjmt_x002E_",
      Document_No: draft.key,
      Item_No: SKU,
      Location_Code: EAST,
      Quantity: 1,
      Unit_of_Measure_Code: "EA",
      Description: "Dropped by a fork lift",
      Lot_No: "L-7",
    },
  ]);
});

test("what a person has posted since is found in the ledger, and is not entered again", async () => {
  const difference = draftOf("1000000002");
  const transfer = {
    ...draftOf("1000000003"),
    kind: "transfer",
    to: WEST,
    quantity: each("2"),
  } as const;
  for (const draft of [difference, transfer]) {
    const entered = await tenant.system.stockMovements.bookMovement(draft, signal, null);
    await tenant.advance(draft.key, "posted");
    expect(await tenant.documents(draft.key, "itemJournalLine")).toEqual([]);
    const again = await tenant.system.stockMovements.bookMovement(draft, signal, null);
    expect(again).toEqual(entered);
    const entries = await tenant.documents(draft.key, "itemLedgerEntry");
    expect(entries).toHaveLength(draft.kind === "transfer" ? 2 : 1);
  }
});

test("a count that cannot be told from what waits in another unit is refused", async () => {
  await tenant.type("ItemJournal", {
    Document_No: "BY-HAND",
    Item_No: "NG-10002",
    Location_Code: EAST,
    Quantity: 1,
    Unit_of_Measure_Code: "BX",
  });
  const count = {
    ...draftOf("1000000004"),
    kind: "count",
    sku: parseSku("NG-10002"),
    quantity: each("3"),
  } as const;
  const outcome = await tenant.system.stockMovements.bookMovement(count, signal, null);
  expect(outcome).toMatchObject({ kind: "refused", code: "REFUSED" });
});

test("a warehouse that the ERP does not have is refused by its name", async () => {
  const draft = { ...draftOf("1000000005"), warehouse: parseWarehouseCode("NOWHERE") };
  const outcome = await tenant.system.stockMovements.bookMovement(draft, signal, null);
  expect(outcome).toMatchObject({ kind: "refused", code: "UNKNOWN_WAREHOUSE" });
});
