import { ERP_PATHS, ERP_SETUP } from "./setup.ts";
import { orderFor, startTenant, type Json, type Tenant } from "./test-tenant.ts";

let erp: Tenant;
beforeAll(async () => {
  erp = await startTenant();
});
afterAll(() => erp.stop());

const numbersOf = (answer: { body: Json }) =>
  answer.body.value.map(({ number }: { number: string }) => number);
const filter = (text: string) => `salesOrders?$select=number&$filter=${encodeURIComponent(text)}`;

test.each([
  ["number eq 'SO-0000007'", ["SO-0000007"]],
  ["number eq 'SO-0000007' or number eq 'SO-0000003'", ["SO-0000003", "SO-0000007"]],
  ["number ge 'SO-0000002' and number lt 'SO-0000004'", ["SO-0000002", "SO-0000003"]],
  ["(number eq 'SO-0000002' or number eq 'SO-0004999') and fullyShipped eq true", ["SO-0000002"]],
  [
    "startswith(number, 'SO-000123') and number ne 'SO-0001230'",
    Array.from({ length: 9 }, (_, at) => `SO-000123${String(at + 1)}`),
  ],
  ["contains(externalDocumentNumber, '-4999')", ["SO-0004999"]],
  ["number eq 'SO-0000007' and status eq 'Open'", ["SO-0000007"]],
  ["number eq 'SO-0000007' and lastModifiedDateTime gt 2025-01-01T00:00:00Z", ["SO-0000007"]],
  ["number eq 'SO-0000007' and salesOrderLines/any(l: l/quantity gt (1000))", ["SO-0000007"]],
])("$filter=%s", async (text, expected) => {
  expect(numbersOf(await erp.api("GET", filter(text)))).toEqual(expected);
});

test.each([
  ["number eq 'SO-0000001' or status eq 'Open'", "BadRequest"],
  ["number in ('SO-0000001')", "BadRequest_MethodNotImplemented"],
  ["nonsense eq 1", "BadRequest"],
  ["number eq", "BadRequest"],
  ["orderDate eq 'yesterday'", "BadRequest"],
  ["status eq 'Lost'", "BadRequest"],
])("$filter=%s is refused", async (text, code) => {
  const answer = await erp.api("GET", filter(text));
  expect(answer).toMatchObject({ status: 400, body: { error: { code } } });
});

test("in is understood by schema version 2.1 alone", async () => {
  const text = filter("number in ('SO-0000002','SO-0000001')");
  const answer = await erp.api("GET", `${text}&$schemaversion=2.1`);
  expect(numbersOf(answer)).toEqual(["SO-0000001", "SO-0000002"]);
});

test("pages follow the next link to the end, each record once, whatever is added meanwhile", async () => {
  const prefer = { prefer: "odata.maxpagesize=20" };
  const path =
    "salesOrders?$select=number,orderDate&$orderby=orderDate desc&$filter=number gt 'SO-0004950'";
  let page = await erp.api("GET", path, undefined, prefer);
  expect(page.body.value).toHaveLength(20);
  await erp.api("POST", "salesOrders", orderFor("PO-MEANWHILE"));
  const seen: string[] = numbersOf(page);
  while (page.body["@odata.nextLink"] !== undefined) {
    const next: string = page.body["@odata.nextLink"];
    page = await erp.raw("GET", next.slice(erp.url.length), undefined, prefer);
    seen.push(...numbersOf(page));
  }
  expect(seen).toHaveLength(50);
  expect(new Set(seen).size).toBe(50);
});

test("a page above 20,000 is too large", async () => {
  const answer = await erp.api("GET", "items", undefined, { prefer: "odata.maxpagesize=20001" });
  expect(answer.status).toBe(413);
});

test("$top, $skip, $count and $orderby work together", async () => {
  const answer = await erp.api(
    "GET",
    "salesOrders?$filter=number lt 'SO-0000011'&$orderby=number desc&$skip=2&$top=3&$count=true",
  );
  expect(numbersOf(answer)).toEqual(["SO-0000008", "SO-0000007", "SO-0000006"]);
  expect(answer.body["@odata.count"]).toBe(10);
});

test("$expand nests and $select narrows, with the etag always there", async () => {
  const answer = await erp.api(
    "GET",
    "salesOrders?$filter=number eq 'SO-0000001'&$select=number&$expand=salesOrderLines($select=sequence;$expand=location($select=code))",
  );
  const [order] = answer.body.value;
  expect(Object.keys(order).sort()).toEqual(["@odata.etag", "number", "salesOrderLines"]);
  expect(order.salesOrderLines[0]).toEqual({
    "@odata.etag": expect.stringMatching(/^W\//),
    sequence: 10_000,
    location: { "@odata.etag": expect.any(String), code: expect.stringMatching(/^[A-Z]+$/) },
  });
});

test("a line set is refused without an id, and read by document", async () => {
  const refused = await erp.api("GET", "salesOrderLines");
  expect(refused.body.error.message).toContain(
    "You must specify an Id or a Document Id to get the lines.",
  );
  const order = await erp.api(
    "GET",
    "salesOrders?$filter=number eq 'SO-0000001'&$expand=salesOrderLines",
  );
  const [{ id, salesOrderLines }] = order.body.value;
  const lines = await erp.api("GET", `salesOrderLines?$filter=documentId eq ${id}`);
  expect(lines.body.value).toEqual(salesOrderLines);
  const below = await erp.api("GET", `salesOrders(${id})/salesOrderLines`);
  expect(below.body.value).toEqual(salesOrderLines);
});

const batch = (requests: readonly object[], headers = {}) =>
  erp.raw("POST", `/erp${ERP_PATHS.api}/$batch`, { requests }, headers);
const company = `companies(${ERP_SETUP.companyId})`;
const post = (id: string, body: object) => ({
  id,
  method: "POST",
  url: `${company}/salesOrders`,
  headers: { "Content-Type": "application/json" },
  body,
});

test("a batch answers part by part and is counted as one call, named after what it asks for", async () => {
  await erp.raw("POST", "/_control/calls/reset");
  const answer = await batch([
    { id: "a", method: "GET", url: `${company}/salesOrders?$filter=number eq 'SO-0000001'` },
    { id: "b", method: "GET", url: "items?$top=1", headers: { Company: ERP_SETUP.companyName } },
  ]);
  expect(answer.body.responses).toMatchObject([
    { id: "a", status: 200, body: { value: [{ number: "SO-0000001" }] } },
    { id: "b", status: 200, body: { value: [{ number: "NG-10001" }] } },
  ]);
  const calls = await erp.raw("GET", "/_control/calls");
  expect(calls.body.erp).toEqual({
    total: 1,
    byOperation: { "POST $batch items+salesOrders": 1 },
    rejected: 0,
  });
});

test("a fault of batches of some kind strikes no others", async () => {
  const operation = "POST $batch salesOrders";
  const read = (url: string) =>
    batch([{ id: "a", method: "GET", url: `${company}/${url}?$top=1` }]);
  for (const [kind, status] of [
    ["error", 500],
    ["rateLimit", 429],
  ] as const) {
    await erp.raw("POST", "/_control/faults", { source: "erp", kind, operation });
    expect(await read("salesOrders")).toMatchObject({ status });
    expect(await read("items")).toMatchObject({ status: 200 });
    await erp.raw("DELETE", "/_control/faults");
  }
});

test("a batch stops at the first failure, unless it is told to go on", async () => {
  const parts = [
    { id: "1", method: "GET", url: `${company}/nothing` },
    post("2", orderFor("PO-B")),
  ];
  const stopped = await batch(parts);
  expect(stopped.body.responses.map(({ status }: Json) => status)).toEqual([404]);
  const went = await batch(parts, { prefer: "odata.continue-on-error" });
  expect(went.body.responses.map(({ status }: Json) => status)).toEqual([404, 201]);
});

test("a snapshot batch is all or nothing, number and notification included", async () => {
  const count = async () => (await erp.api("GET", "salesOrders/$count")).body;
  const before = await count();
  const parts = [
    post("1", orderFor("PO-S1")),
    post("2", { ...orderFor("PO-S2"), customerNumber: "C0" }),
  ];
  const rolledBack = await batch(parts, { isolation: "snapshot" });
  expect(rolledBack.body.responses.map(({ status }: Json) => status)).toEqual([201, 400]);
  expect(await count()).toBe(before);
  const wouldBe = rolledBack.body.responses[0].body.number;
  expect((await erp.api("POST", "salesOrders", orderFor("PO-S3"))).body.number).toBe(wouldBe);
});

test("a batch of more than 100 operations is refused", async () => {
  const parts = Array.from({ length: 101 }, (_, at) => ({
    id: String(at),
    method: "GET",
    url: "items?$top=1",
  }));
  expect((await batch(parts)).status).toBe(400);
});

test("a flow filter counts the stock of one location, in a list and in a card", async () => {
  const whole = await erp.pages("GET", "ItemCard('NG-10002')");
  const locations = ["EAST", "CENTRAL", "SOUTH", "WEST"];
  const parts = await Promise.all(
    locations.map((code) =>
      erp.pages(
        "GET",
        `ItemCard?$filter=(No eq 'NG-10002' or No eq 'NG-10003') and Location_Filter eq '${code}'`,
      ),
    ),
  );
  const inventories = parts.map(({ body }) => body.value[0].Inventory);
  expect(inventories.reduce((sum, one) => sum + one, 0)).toBe(whole.body.Inventory);
  expect(parts[0]?.body.value).toHaveLength(2);
});

test("contract prices are read for a customer and for its price group", async () => {
  const card = await erp.pages("GET", "CustomerCard('C10010')");
  const group = card.body.Customer_Price_Group;
  const lines = await erp.pages(
    "GET",
    `PriceListLines?$filter=Asset_No eq 'NG-10001' and (Source_No eq 'C10010' or Source_No eq '${group}')`,
  );
  expect(lines.body.value).toHaveLength(6);
  expect(lines.body.value[0]).toMatchObject({ Status: "Active", Amount_Type: "Price" });
});
