import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ERP_PATHS, ERP_SETUP } from "./setup.ts";
import { orderFor, startTenant, type Json, type Tenant } from "./test-tenant.ts";

/** The vendor's facts as collected in sandbox/contracts; the answers have to agree with them. */
const folder = join(__dirname, "../../contracts/business-central");
const contract = JSON.parse(readFileSync(join(folder, "api-v2.0.entities.json"), "utf8")) as {
  readonly enums: Readonly<Record<string, readonly { readonly wire: string }[]>>;
  readonly entities: readonly {
    readonly entitySetName: string;
    readonly properties: readonly { readonly name: string; readonly edmType: string }[];
  }[];
};

let erp: Tenant;
beforeAll(async () => {
  erp = await startTenant();
  const { body: order } = await erp.api("POST", "salesOrders", orderFor("PO-CONTRACT"));
  await erp.api("POST", `salesOrders(${order.id})/Microsoft.NAV.shipAndInvoice`);
  await erp.api("POST", "salesCreditMemos", {
    customerNumber: "C10010",
    salesCreditMemoLines: [{ lineType: "Item", lineObjectNumber: "NG-10001", quantity: 1 }],
  });
});
afterAll(() => erp.stop());

test.each([
  "customers",
  "items",
  "unitsOfMeasure",
  "paymentTerms",
  "locations",
  "salesOrders",
  "salesShipments",
  "salesInvoices",
  "salesCreditMemos",
])("every record of %s has the contract's properties and types, in its order", async (set) => {
  const { body } = await erp.api("GET", `${set}?$top=3`);
  expect(body["@odata.context"]).toMatch(new RegExp(`\\$metadata#companies\\(.+\\)/${set}$`));
  expect(body.value.length).toBeGreaterThan(0);
  for (const record of body.value) expectShape(set, record);
});

test.each([
  ["salesOrders", "salesOrderLines"],
  ["salesShipments", "salesShipmentLines"],
  ["salesInvoices", "salesInvoiceLines"],
  ["salesCreditMemos", "salesCreditMemoLines"],
])("every line of %s has the contract's properties and types", async (set, lines) => {
  const { body } = await erp.api("GET", `${set}?$top=3&$expand=${lines}`);
  for (const record of body.value) {
    expect(record[lines].length).toBeGreaterThan(0);
    for (const line of record[lines]) expectShape(lines, line);
  }
});

test("$metadata is the contract's CSDL", async () => {
  const answer = await erp.raw("GET", `/erp${ERP_PATHS.api}/$metadata`);
  expect(answer.headers.get("content-type")).toContain("application/xml");
  expect(answer.body).toBe(readFileSync(join(folder, "api-v2.0.subset.csdl.xml"), "utf8"));
});

test("the published pages have the fields that the protocol facts list", async () => {
  const protocol = JSON.parse(readFileSync(join(folder, "protocol.json"), "utf8"));
  for (const page of ["ItemLedgerEntries", "PriceListLines"]) {
    const { body } = await erp.pages("GET", `${page}?$top=1`);
    expect(Object.keys(body.value[0])).toEqual(
      expect.arrayContaining(protocol.publishedPages[page].fields),
    );
  }
});

test("the error codes are the documented ones", async () => {
  const protocol = JSON.parse(readFileSync(join(folder, "protocol.json"), "utf8"));
  const answers = await Promise.all([
    erp.api("GET", "nothing"),
    erp.api("GET", "salesOrders(00000000-0000-0000-0000-000000000000)"),
    erp.api("DELETE", "customers(00000000-0000-0000-0000-000000000000)"),
    erp.api("POST", "salesOrders", {}),
    erp.raw("GET", `/erp${ERP_PATHS.api}/companies(00000000-0000-0000-0000-000000000000)/items`),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 400, 404]);
  for (const { body } of answers) {
    expect(Object.keys(body)).toEqual(["error"]);
    expect(Object.keys(body.error)).toEqual(["code", "message"]);
    expect(protocol.errors.codes).toContain(body.error.code);
  }
});

test("the company is found by name", async () => {
  const { body } = await erp.raw("GET", `/erp${ERP_PATHS.api}/companies`);
  expect(body.value).toMatchObject([{ id: ERP_SETUP.companyId, name: ERP_SETUP.companyName }]);
});

function expectShape(set: string, record: Json): void {
  const entity = contract.entities.find(({ entitySetName }) => entitySetName === set);
  const properties = entity?.properties ?? [];
  const names = Object.keys(record).filter(
    (name) => name !== "@odata.etag" && !Array.isArray(record[name]),
  );
  expect(names).toEqual(properties.map(({ name }) => name));
  const wrong = properties.filter(({ name, edmType }) => !isOfType(record[name], edmType));
  expect(wrong).toEqual([]);
}

function isOfType(value: unknown, edmType: string): boolean {
  if (edmType.startsWith("Microsoft.NAV.")) {
    const members = contract.enums[edmType.replace("Microsoft.NAV.", "")] ?? [];
    return members.some(({ wire }) => wire === value);
  }
  switch (edmType) {
    case "Edm.Decimal":
      return typeof value === "number";
    case "Edm.Int32":
      return Number.isInteger(value);
    case "Edm.Boolean":
      return typeof value === "boolean";
    case "Edm.Guid":
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(value));
    case "Edm.Date":
      return /^\d{4}-\d{2}-\d{2}$/.test(String(value));
    case "Edm.DateTimeOffset":
      return /^\d{4}-\d{2}-\d{2}T.+Z$/.test(String(value));
    default:
      return typeof value === "string";
  }
}
