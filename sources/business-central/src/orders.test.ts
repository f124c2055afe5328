import {
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseOrderNumber,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type OrderNumber,
} from "@crossdock/domain";
import {
  classOfRefusal,
  SourceProtocolError,
  SourceUnavailableError,
} from "@crossdock/source-contract";
import { draftOf, lineOf, startTenant, type Tenant } from "./testing/tenant.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
  await tenant.system.orders.readOrders([parseOrderNumber("SO-0000001")], signal());
});
afterEach(() => tenant.clearFaults());
afterAll(() => tenant.stop());

const signal = () => AbortSignal.timeout(10_000);
const numbersFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, at) =>
    parseOrderNumber(`SO-${String(first + at).padStart(7, "0")}`),
  );
const create = async (...args: Parameters<typeof draftOf>) => {
  const outcome = await tenant.system.orders.createOrder(draftOf(...args), signal());
  if (outcome.kind !== "done") throw new Error(outcome.message);
  return outcome.document;
};
const read = async (number: OrderNumber) =>
  (await tenant.system.orders.readOrders([number], signal()))[0];

test("200 orders with their lines are one call", async () => {
  await tenant.resetCalls();
  const wanted = numbersFrom(101, 200).reverse();
  const orders = await tenant.system.orders.readOrders(wanted, signal());
  expect(orders.map((order) => order?.number)).toEqual(wanted);
  expect(orders.every((order) => (order?.lines.length ?? 0) > 0)).toBe(true);
  expect(await tenant.calls()).toBe(1);
  expect(await tenant.calls("POST $batch")).toBe(1);
});

test("40 orders fit in one filter", async () => {
  await tenant.resetCalls();
  await tenant.system.orders.readOrders(numbersFrom(1, 40), signal());
  expect(await tenant.calls("GET salesOrders")).toBe(1);
  await tenant.system.orders.readOrders(numbersFrom(1, 41), signal());
  expect(await tenant.calls("POST $batch")).toBe(1);
});

test("an order that was born in the ERP keeps the ERP's own line numbers", async () => {
  const order = await read(parseOrderNumber("SO-0004999"));
  expect(order).toMatchObject({
    key: null,
    customerReference: expect.stringMatching(/^PO-\d+-4999$/),
    status: "CONFIRMED",
    warehouse: expect.stringMatching(/^(EAST|WEST|CENTRAL|SOUTH)$/),
    tax: { amount: "0", currency: "USD" },
  });
  expect(order?.lines[0]).toMatchObject({ lineNumber: 10_000, ordered: { uom: "EA" } });
  expect((await read(parseOrderNumber("SO-0000001")))?.status).toBe("SHIPPED");
});

test("a created order has the draft's prices, units, dates, address and warehouse", async () => {
  const line = lineOf(1, {
    ordered: quantity(parseDecimal("2"), parseUomCode("BX")),
    unitPrice: { ...lineOf(1).unitPrice, amount: parseDecimal("0.105") },
  });
  const draft = draftOf("KEY0000001", {
    warehouse: parseWarehouseCode("WEST"),
    requestedDeliveryOn: "2026-12-24" as never,
    lines: [line],
  });
  const outcome = await tenant.system.orders.createOrder(draft, signal());
  expect(outcome).toMatchObject({
    kind: "done",
    document: {
      key: draft.key,
      customerReference: draft.customerReference,
      orderedOn: "2026-11-21",
      requestedDeliveryOn: "2026-12-24",
      warehouse: "WEST",
      shipTo: draft.shipTo,
      status: "CONFIRMED",
      lines: [
        {
          lineNumber: 1,
          sku: "NG-10001",
          ordered: { value: "2", uom: "BX" },
          unitPrice: { amount: "0.105", currency: "USD" },
          lineTotal: { amount: "0.21", currency: "USD" },
        },
      ],
    },
  });
});

test.each([
  ["in lower case", "po-77/a"],
  ["longer than the field", "PURCHASE-ORDER-OF-THE-BRANCH-IN-OAKLAND-2026-0042"],
  ["with a tilde", "A~B"],
])("a buyer's number %s comes back as it was written", async (_what, customerReference) => {
  const key = `TXT${customerReference.length.toString().padStart(7, "0")}`;
  const made = await create(key, { customerReference });
  expect(await read(made.number)).toMatchObject({ key, customerReference });
  expect((await read(made.number))?.lines.map(({ lineNumber }) => lineNumber)).toEqual([1, 2]);
  expect(
    await tenant.system.orders.findOrder(draftOf(key, { customerReference }), signal()),
  ).toMatchObject({ number: made.number });
});

test("an order without a buyer's number has none", async () => {
  const made = await create("KEY0000002", { customerReference: null });
  expect(await read(made.number)).toMatchObject({ key: "KEY0000002", customerReference: null });
});

test("the same draft sent twice is one order", async () => {
  const first = await create("KEY0000003");
  const second = await create("KEY0000003");
  expect(second.number).toBe(first.number);
  expect(await tenant.documents("KEY0000003")).toHaveLength(1);
});

test("an order that was posted to the end is read from its invoice, and found by its key", async () => {
  const made = await create("KEY0000004");
  const [document] = await tenant.documents(made.number);
  await tenant.clerk("POST", `salesOrders(${document.id})/Microsoft.NAV.shipAndInvoice`);
  const posted = await read(made.number);
  expect(posted).toMatchObject({
    number: made.number,
    key: "KEY0000004",
    customerReference: made.customerReference,
    status: "INVOICED",
    total: made.total,
  });
  const three = { value: "3", uom: "EA" };
  expect(posted?.lines).toMatchObject([
    { lineNumber: 1, ordered: three, shipped: three, invoiced: three },
    { lineNumber: 2, ordered: three, shipped: three, invoiced: three },
  ]);
  expect((await create("KEY0000004")).number).toBe(made.number);
  expect(await tenant.documents(made.number)).toHaveLength(0);
});

test("a part shipment shows in status and quantities", async () => {
  const made = await create("KEY0000005");
  const [document] = await tenant.documents(made.number);
  const [first, second] = document.salesOrderLines;
  await tenant.clerk("PATCH", `salesOrderLines(${first.id})`, {
    shipQuantity: 1,
    invoiceQuantity: 0,
  });
  await tenant.clerk("PATCH", `salesOrderLines(${second.id})`, {
    shipQuantity: 0,
    invoiceQuantity: 0,
  });
  await tenant.clerk("POST", `salesOrders(${document.id})/Microsoft.NAV.shipAndInvoice`);
  expect(await read(made.number)).toMatchObject({
    status: "PARTIALLY_SHIPPED",
    lines: [{ shipped: { value: "1" }, invoiced: { value: "0" } }, { shipped: { value: "0" } }],
  });
});

const blocked = async () => {
  const { value } = await tenant.clerk("GET", "customers?$filter=blocked eq 'All'&$top=1");
  return parseCustomerNumber(value[0].number);
};

test.each([
  [
    "UNKNOWN_SKU",
    "The ERP has no item NG-00000.",
    async () => ({ lines: [lineOf(1, { sku: parseSku("NG-00000") })] }),
  ],
  [
    "UNKNOWN_CUSTOMER",
    "The ERP has no customer C99999.",
    async () => ({ customerNumber: parseCustomerNumber("C99999") }),
  ],
  [
    "CUSTOMER_ON_HOLD",
    "The customer is on hold in the ERP.",
    async () => ({ customerNumber: await blocked() }),
  ],
  [
    "INVALID_UOM",
    "The ERP does not have the unit PF for the item.",
    async () => ({
      lines: [lineOf(1, { ordered: quantity(parseDecimal("1"), parseUomCode("PF")) })],
    }),
  ],
  [
    "INVALID_QUANTITY",
    "The ERP does not take one of the quantities.",
    async () => ({
      lines: [lineOf(1, { ordered: quantity(parseDecimal("-1"), parseUomCode("EA")) })],
    }),
  ],
  [
    "UNKNOWN_WAREHOUSE",
    "There is no warehouse MOON.",
    async () => ({ warehouse: parseWarehouseCode("MOON") }),
  ],
])("the ERP's refusal is %s, told once and in our words", async (code, message, changes) => {
  const draft = draftOf("KEY0000006", await changes());
  await tenant.resetCalls();
  const outcome = await tenant.system.orders.createOrder(draft, signal());
  expect(outcome).toMatchObject({ kind: "refused", code, message });
  expect(await tenant.calls("POST salesOrders")).toBeLessThanOrEqual(1);
  expect(await tenant.documents("KEY0000006")).toHaveLength(0);
});

test("an item that is blocked is master data, told to operators in the ERP's own words, and sold once it is not", async () => {
  const { value } = await tenant.clerk("GET", "items?$filter=number eq 'NG-10005'");
  const block = (isBlocked: boolean) =>
    tenant.clerk("PATCH", `items(${value[0].id})`, { blocked: isBlocked });
  const draft = draftOf("KEY0000010", { lines: [lineOf(1, { sku: parseSku("NG-10005") })] });
  await block(true);
  const refused = await tenant.system.orders.createOrder(draft, signal());
  if (refused.kind !== "refused") throw new Error("It was sold.");
  expect(classOfRefusal(refused.code)).toBe("MASTER_DATA");
  expect(refused).toMatchObject({
    code: "ITEM_BLOCKED",
    message: "Item NG-10005 is blocked in the ERP.",
    lastAnswer: {
      status: 400,
      code: "Application_DialogException",
      message: expect.stringContaining("item NG-10005") as string,
    },
  });
  await block(false);
  expect(await tenant.system.orders.createOrder(draft, signal())).toMatchObject({ kind: "done" });
});

test("a create that fails on the way is sent once and said to be unknown", async () => {
  await tenant.fault({ kind: "error", operation: "POST salesOrders", forMs: 5_000 });
  await tenant.resetCalls();
  const failing = tenant.system.orders.createOrder(draftOf("KEY0000007"), signal());
  await expect(failing).rejects.toMatchObject({ name: "UnknownOutcomeError" });
  expect(await tenant.calls("POST salesOrders")).toBe(1);
});

test("a create whose look-up gets no answer sends nothing", async () => {
  const lonely = tenant.connect({});
  await lonely.orders.readOrders(numbersFrom(1, 1), signal());
  await tenant.fault({ kind: "down", operation: "POST $batch", forMs: 5_000 });
  await tenant.resetCalls();
  await expect(lonely.orders.createOrder(draftOf("KEY0000008"), signal())).rejects.toBeInstanceOf(
    SourceUnavailableError,
  );
  expect(await tenant.calls("POST salesOrders")).toBe(0);
});

test("a read that meets an odd answer is a protocol error, not a missing order", async () => {
  const elsewhere = tenant.connect({ companyName: "Another Company" });
  await expect(elsewhere.orders.readOrders(numbersFrom(1, 1), signal())).rejects.toBeInstanceOf(
    SourceProtocolError,
  );
});

test("the feed gives every change once, oldest first, from page to page", async () => {
  const made = await create("KEY0000009");
  const since = made.modifiedAt;
  const changed = await tenant.system.orders.listChangedOrders({ since, after: null }, signal());
  expect(changed.items.map(({ number }) => number)).toContain(made.number);
  expect(changed.next).toBeNull();

  const seen: string[] = [];
  const stamps: string[] = [];
  let after: string | null = null;
  do {
    const page = await tenant.system.orders.listChangedOrders(
      { since: parseInstant("2026-06-01T00:00:00Z"), after },
      signal(),
    );
    seen.push(...page.items.map(({ number }) => number));
    stamps.push(...page.items.map(({ modifiedAt }) => modifiedAt));
    after = page.next;
  } while (after !== null);
  expect(seen.length).toBeGreaterThan(500);
  expect(new Set(seen).size).toBe(seen.length);
  expect(stamps).toEqual([...stamps].sort());
});
