import { line, orderFor, startTenant, type Tenant } from "./test-tenant.ts";

let erp: Tenant;
beforeAll(async () => {
  erp = await startTenant();
});
afterAll(() => erp.stop());

const expanded = "$expand=salesOrderLines";

test("header and lines of a new order are written in one transaction, priced at list", async () => {
  const body = orderFor("PO-1", [line("NG-10001", 3), line("NG-10002", 2, { unitPrice: 4.25 })]);
  const made = await erp.api("POST", `salesOrders?${expanded}`, body);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    status: "Open",
    customerNumber: "C10010",
    fullyShipped: false,
  });
  const [first, second] = made.body.salesOrderLines;
  const item = await erp.api("GET", "items?$filter=number eq 'NG-10001'");
  expect(first).toMatchObject({ sequence: 10_000, unitPrice: item.body.value[0].unitPrice });
  expect(second).toMatchObject({ sequence: 20_000, amountExcludingTax: 8.5, shipQuantity: 2 });
});

test("a box is priced as the base units that it holds", async () => {
  const body = orderFor("PO-2", [line("NG-10001", 1, { unitOfMeasureCode: "BX" })]);
  const made = await erp.api("POST", `salesOrders?${expanded}`, body);
  const item = await erp.api("GET", "items?$filter=number eq 'NG-10001'");
  const units = await erp.pages(
    "GET",
    "ItemUnitsOfMeasure?$filter=Item_No eq 'NG-10001' and Code eq 'BX'",
  );
  const expected = item.body.value[0].unitPrice * units.body.value[0].Qty_per_Unit_of_Measure;
  expect(made.body.salesOrderLines[0].unitPrice).toBeCloseTo(expected, 5);
});

test("the same body posted twice makes two orders, numbered in turn", async () => {
  const first = await erp.api("POST", "salesOrders", orderFor("PO-TWICE"));
  const second = await erp.api("POST", "salesOrders", orderFor("PO-TWICE"));
  const numberOf = (answer: typeof first) => Number(answer.body.number.slice(3));
  expect(numberOf(second)).toBe(numberOf(first) + 1);
  const found = await erp.api(
    "GET",
    "salesOrders?$filter=externalDocumentNumber eq 'po-twice'&$count=true",
  );
  expect(found.body["@odata.count"]).toBe(2);
});

test("the external document number is kept in upper case and found in any", async () => {
  const made = await erp.api("POST", "salesOrders", orderFor("po-lower~key"));
  expect(made.body.externalDocumentNumber).toBe("PO-LOWER~KEY");
});

test.each([
  [
    "an unknown customer",
    { ...orderFor("X"), customerNumber: "C99999" },
    "Internal_InvalidTableRelation",
  ],
  ["an unknown item", orderFor("X", [line("NG-00000", 1)]), "Internal_InvalidTableRelation"],
  [
    "a unit that the item does not have",
    orderFor("X", [line("NG-10001", 1, { unitOfMeasureCode: "PF" })]),
    "Internal_InvalidTableRelation",
  ],
  ["a reference of 36 characters", orderFor("P".repeat(36)), "Application_StringExceededLength"],
  ["an unknown property", { ...orderFor("X"), nonsense: 1 }, "BadRequest"],
  ["a number of one's own", { ...orderFor("X"), number: "SO-1" }, "BadRequest"],
  [
    "a quantity as text",
    orderFor("X", [line("NG-10001", 1), { ...line("NG-10002", 1), quantity: "1" }]),
    "BadRequest",
  ],
])("%s is refused and leaves nothing behind", async (_what, body, code) => {
  const before = await erp.api("GET", "salesOrders/$count");
  const refused = await erp.api("POST", "salesOrders", body);
  expect(refused.status).toBe(400);
  expect(refused.body.error.code).toBe(code);
  expect(refused.body.error.message).toMatch(/ {2}CorrelationId: {2}[0-9a-f-]{36}\.$/);
  expect((await erp.api("GET", "salesOrders/$count")).body).toEqual(before.body);
});

test("a blocked customer gets no order", async () => {
  const customers = await erp.api("GET", "customers?$filter=blocked eq 'All'&$top=1");
  const { number } = customers.body.value[0];
  const refused = await erp.api("POST", "salesOrders", {
    ...orderFor("X"),
    customerNumber: number,
  });
  expect(refused.body.error).toMatchObject({ code: "Application_DialogException" });
  expect(refused.body.error.message).toContain(`Customer ${number} is blocked with type All.`);
});

test("a change needs the etag of the version that it changes", async () => {
  const { body: order } = await erp.api("POST", "salesOrders", orderFor("PO-ETAG"));
  const patch = (headers: Record<string, string>) =>
    erp.api("PATCH", `salesOrders(${order.id})`, { requestedDeliveryDate: "2026-12-24" }, headers);
  expect(await patch({})).toMatchObject({
    status: 400,
    body: { error: { code: "BadRequest_InvalidToken" } },
  });
  const changed = await patch({ "if-match": order["@odata.etag"] });
  expect(changed).toMatchObject({ status: 200, body: { requestedDeliveryDate: "2026-12-24" } });
  expect(changed.body.lastModifiedDateTime >= order.lastModifiedDateTime).toBe(true);
  expect(await patch({ "if-match": order["@odata.etag"] })).toMatchObject({
    status: 409,
    body: { error: { code: "Request_EntityChanged" } },
  });
  expect((await patch({ "if-match": "*" })).status).toBe(200);
});

test("an order that is shipped and invoiced in full is gone; its documents remember it", async () => {
  const { body: order } = await erp.api("POST", "salesOrders", orderFor("PO-GONE"));
  const posted = await erp.api("POST", `salesOrders(${order.id})/Microsoft.NAV.shipAndInvoice`);
  expect(posted.status).toBe(204);
  expect((await erp.api("GET", `salesOrders(${order.id})`)).status).toBe(404);
  const invoices = await erp.api("GET", `salesInvoices?$filter=orderNumber eq '${order.number}'`);
  expect(invoices.body.value).toMatchObject([
    { orderId: order.id, status: "Open", externalDocumentNumber: "PO-GONE" },
  ]);
  const shipments = await erp.api(
    "GET",
    `salesShipments?$filter=orderNumber eq '${order.number}'&$expand=salesShipmentLines`,
  );
  expect(shipments.body.value[0].salesShipmentLines).toMatchObject([{ quantity: 2 }]);
});

test("a part shipment keeps the order, takes the stock and invoices only the part", async () => {
  const { body: locations } = await erp.api("GET", "locations?$filter=code eq 'EAST'");
  const inStock = await erp.pages(
    "GET",
    "ItemLedgerEntries?$filter=Location_Code eq 'EAST' and Remaining_Quantity gt 50&$top=1",
  );
  const sku = inStock.body.value[0].Item_No;
  const card = `ItemCard('${sku}')?$filter=Location_Filter eq 'EAST'`;
  const before = (await erp.pages("GET", card)).body;
  const { body: order } = await erp.api(
    "POST",
    `salesOrders?${expanded}`,
    orderFor("PO-PART", [line(sku, 10, { locationId: locations.value[0].id })]),
  );
  expect((await erp.pages("GET", card)).body.Qty_on_Sales_Order).toBe(
    before.Qty_on_Sales_Order + 10,
  );
  const [orderLine] = order.salesOrderLines;
  const tooMuch = await erp.api(
    "PATCH",
    `salesOrderLines(${orderLine.id})`,
    { shipQuantity: 11 },
    { "if-match": "*" },
  );
  expect(tooMuch.body.error.message).toContain("You cannot ship more than 10 units.");
  const part = await erp.api(
    "PATCH",
    `salesOrderLines(${orderLine.id})`,
    { shipQuantity: 4, invoiceQuantity: 4 },
    { "if-match": orderLine["@odata.etag"] },
  );
  expect(part.status).toBe(200);
  await erp.api("POST", `salesOrders(${order.id})/Microsoft.NAV.shipAndInvoice`);
  const after = await erp.api("GET", `salesOrders(${order.id})?${expanded}`);
  expect(after.body).toMatchObject({
    fullyShipped: false,
    salesOrderLines: [{ shippedQuantity: 4, invoicedQuantity: 4, shipQuantity: 6 }],
  });
  const moved = (await erp.pages("GET", card)).body;
  expect(moved.Inventory).toBe(before.Inventory - 4);
  expect(moved.Qty_on_Sales_Order).toBe(before.Qty_on_Sales_Order + 6);
  const refused = await erp.api("DELETE", `salesOrders(${order.id})`, undefined, {
    "if-match": "*",
  });
  expect(refused.status).toBe(204); // all that was shipped is invoiced
});

test("an order with goods shipped and not invoiced cannot be deleted", async () => {
  const past = await erp.api("GET", "salesOrders?$filter=fullyShipped eq true&$top=1");
  const id = past.body.value[0].id;
  const refused = await erp.api("DELETE", `salesOrders(${id})`, undefined, { "if-match": "*" });
  expect(refused.body.error.message).toContain("Qty. Shipped Not Invoiced must be equal to '0'");
});

test("lines can be added, changed and taken away, and the totals follow", async () => {
  const { body: order } = await erp.api("POST", "salesOrders", orderFor("PO-LINES"));
  const added = await erp.api(
    "POST",
    `salesOrders(${order.id})/salesOrderLines`,
    line("NG-10003", 5, { unitPrice: 2 }),
  );
  expect(added).toMatchObject({ status: 201, body: { sequence: 20_000 } });
  const of = (answer: { body: { totalAmountExcludingTax: number } }) =>
    answer.body.totalAmountExcludingTax;
  const withTwo = of(await erp.api("GET", `salesOrders(${order.id})`));
  expect(withTwo).toBeCloseTo(order.totalAmountExcludingTax + 10, 2);
  await erp.api("PATCH", `salesOrderLines(${added.body.id})`, { quantity: 1 }, { "if-match": "*" });
  expect(of(await erp.api("GET", `salesOrders(${order.id})`))).toBeCloseTo(withTwo - 8, 2);
  await erp.api("DELETE", `salesOrderLines(${added.body.id})`, undefined, { "if-match": "*" });
  expect(of(await erp.api("GET", `salesOrders(${order.id})`))).toBeCloseTo(
    order.totalAmountExcludingTax,
    2,
  );
});

test("a credit memo is a draft until it is posted", async () => {
  const made = await erp.api("POST", "salesCreditMemos", {
    customerNumber: "C10010",
    externalDocumentNumber: "RMA-1",
    salesCreditMemoLines: [line("NG-10001", 1, { unitPrice: 10 })],
  });
  expect(made.body).toMatchObject({ status: "Draft", totalAmountIncludingTax: 10 });
  await erp.api("POST", `salesCreditMemos(${made.body.id})/Microsoft.NAV.post`);
  expect((await erp.api("GET", `salesCreditMemos(${made.body.id})`)).body.status).toBe("Open");
});

test("the control side finds an order by its number and by each part of its reference", async () => {
  const { body: order } = await erp.api("POST", "salesOrders", orderFor("PO-SPLIT~KEY00000"));
  for (const reference of [order.number, "PO-SPLIT", "KEY00000", "PO-SPLIT~KEY00000"]) {
    const found = await erp.raw(
      "GET",
      `/_control/documents?source=erp&type=salesOrder&reference=${reference}`,
    );
    expect(found.body.count).toBe(1);
    expect(found.body.documents[0].number).toBe(order.number);
  }
});
