import { startTenant, type Json, type Tenant } from "./test-tenant.ts";

let erp: Tenant;
beforeAll(async () => {
  erp = await startTenant();
});
afterAll(() => erp.stop());

const SKU = "NG-10001";
const line = (more: object) => ({
  Document_No: "COUNT-1",
  Item_No: SKU,
  Location_Code: "EAST",
  Quantity: 5,
  ...more,
});
const onHand = async (location: string): Promise<number> => {
  const filter = `Item_No eq '${SKU}' and Location_Code eq '${location}' and Open eq true`;
  const { body } = await erp.pages(
    "GET",
    `ItemLedgerEntries?$filter=${encodeURIComponent(filter)}`,
  );
  return body.value.reduce((sum: number, entry: Json) => sum + entry.Remaining_Quantity, 0);
};
const waiting = async (page: string, document: string): Promise<Json[]> => {
  const filter = encodeURIComponent(`Document_No eq '${document}'`);
  return (await erp.pages("GET", `${page}?$filter=${filter}`)).body.value;
};
const post = async (reference: string) => {
  const answer = await fetch(`${erp.url}/_control/advance`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ source: "erp", reference, to: "posted" }),
  });
  return answer.status;
};

test("a line waits in its journal, and stock changes when a person posts it", async () => {
  const before = await onHand("EAST");
  const made = await erp.pages(
    "POST",
    "ItemJournal",
    line({ Entry_Type: "Negative_x0020_Adjmt_x002E_" }),
  );
  expect(made).toMatchObject({
    status: 201,
    body: { Journal_Template_Name: "ITEM", Journal_Batch_Name: "DEFAULT", Quantity: 5 },
  });
  expect(await waiting("ItemJournal", "COUNT-1")).toHaveLength(1);
  expect(await onHand("EAST")).toBe(before);
  expect(await post("COUNT-1")).toBe(200);
  expect(await onHand("EAST")).toBe(before - 5);
  expect(await waiting("ItemJournal", "COUNT-1")).toEqual([]);
  expect(await waiting("ItemLedgerEntries", "COUNT-1")).toMatchObject([{ Quantity: -5 }]);
  expect(await post("COUNT-1")).toBe(404);
});

test("the same line twice makes two: a document number is no key", async () => {
  const twice = line({ Document_No: "TWICE", Quantity: 1 });
  await erp.pages("POST", "ItemJournal", twice);
  await erp.pages("POST", "ItemJournal", twice);
  expect(await waiting("ItemJournal", "TWICE")).toHaveLength(2);
});

test("a reclassification moves stock from one location to another", async () => {
  const [east, west] = [await onHand("EAST"), await onHand("WEST")];
  const move = line({ Document_No: "MOVE-1", New_Location_Code: "WEST" });
  expect((await erp.pages("POST", "ItemReclassJournal", move)).status).toBe(201);
  expect(await post("MOVE-1")).toBe(200);
  expect([await onHand("EAST"), await onHand("WEST")]).toEqual([east - 5, west + 5]);
});

test.each([
  [{ Item_No: "NG-00000" }, "Internal_InvalidTableRelation"],
  [{ Location_Code: "NOWHERE" }, "Internal_InvalidTableRelation"],
  [{ Unit_of_Measure_Code: "TON" }, "Internal_InvalidTableRelation"],
  [{ Journal_Batch_Name: "MINE" }, "Internal_InvalidTableRelation"],
  [{ Entry_Type: "Sale" }, "Application_DialogException"],
  [{ Document_No: "x".repeat(21) }, "Application_StringExceededLength"],
  [{ Line_No: 10_000 }, "BadRequest"],
])("%j is refused", async (more, code) => {
  const answer = await erp.pages("POST", "ItemJournal", line(more));
  expect(answer).toMatchObject({ status: 400, body: { error: { code } } });
});
