import {
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseSku,
  parseUomCode,
  quantity,
  type Package,
  type Shipment,
} from "@crossdock/domain";
import { saveShipments } from "@crossdock/processes";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openShipmentBooks, type ShipmentBooks } from "./testing/books.ts";
import { orderNumberOf, SEEN_AT, shipmentOf } from "./testing/documents.ts";

const operator = viewerOf("operator", "all");
const buyer = viewerOf("portal", ["C10010"]);
const carrier = viewerOf("carrier", "all");
const LOT_SKU = parseSku("NG-10007");
const SERIAL_SKU = parseSku("NG-10008");
let books: ShipmentBooks;

beforeAll(async () => {
  books = await openShipmentBooks();
  await keep("C10010", goods("L-A", 0, "LOT-7", "4", { status: "DELIVERED" }));
  await keep("C10020", goods("L-B", 900, "LOT-7", "3"));
  await keep("C10010", goods("L-C", 1, "LOT-8", "2"));
  await keep("C10020", goods("L-D", 900, "LOT-7", "9", { status: "CANCELLED", shippedAt: null }));
  await keep("C10010", goods("L-E", 1, "LOT-7", "1", { status: "RELEASED", shippedAt: null }));
}, 30_000);
afterAll(() => books.close());

const TRACE = `query($lot: String!) { lotTrace(sku: "${LOT_SKU}", lot: $lot) {
  lot serial product { id } shippedQuantity { value uom } customerNumbers
  shipments(first: 2) { totalCount pageInfo { hasNextPage endCursor }
    edges { node { id orders { id } lines { lot quantity { value } } } } } } }`;

test("a lot is traced to the shipments, orders and accounts that got it, without asking the warehouse", async () => {
  books.calls.length = 0;
  const { lotTrace } = dataOf(await books.asker.ask(TRACE, operator, { lot: "LOT-7" }));
  expect(lotTrace).toMatchObject({
    lot: "LOT-7",
    serial: null,
    product: { id: LOT_SKU },
    // What is cancelled went nowhere; what is only told to the warehouse has not left.
    shippedQuantity: { value: "7", uom: "EA" },
    customerNumbers: ["C10010", "C10020"],
    shipments: { totalCount: 3, pageInfo: { hasNextPage: true } },
  });
  const nodes = lotTrace.shipments.edges.map(({ node }: { node: unknown }) => node);
  expect(nodes[0].orders).toHaveLength(1);
  expect(nodes[0].lines[0].lot).toBe("LOT-7");
  expect(books.calls).toEqual([]);
});

test("what was never sent is traced to nothing, and a lot is not another product's", async () => {
  expect(dataOf(await books.asker.ask(TRACE, operator, { lot: "LOT-9" })).lotTrace).toBeNull();
  const other = `{ lotTrace(sku: "${SERIAL_SKU}", lot: "LOT-7") { lot } }`;
  expect(dataOf(await books.asker.ask(other, operator)).lotTrace).toBeNull();
  const rubbish = `{ lotTrace(sku: "${LOT_SKU}", lot: "\\"}] or 1=1 --") { lot } }`;
  expect(dataOf(await books.asker.ask(rubbish, operator)).lotTrace).toBeNull();
});

test("one piece is traced by its serial number, and counts as one", async () => {
  const line = { ...lineOf(0, "2"), sku: SERIAL_SKU, serials: ["S-1", "S-2"] };
  await keep("C10010", shipmentOf("S-A", [0], { lines: [line] }));
  const text = `query($serial: String!) { serialTrace(sku: "${SERIAL_SKU}", serial: $serial) {
    lot serial shippedQuantity { value } shipments { edges { node { id } } } } }`;
  const ask = async (serial: string) =>
    dataOf(await books.asker.ask(text, operator, { serial })).serialTrace;
  expect(await ask("S-2")).toEqual({
    lot: null,
    serial: "S-2",
    shippedQuantity: { value: "1" },
    shipments: { edges: [{ node: { id: "S-A" } }] },
  });
  expect(await ask("S-3")).toBeNull();
});

const FULFILMENT = `query($id: ID!) { shipment(id: $id) { status
  lines { lot quantity { value } deliveredQuantity { value } }
  packages { trackingNumber deliveredAt lines { deliveredQuantity { value } } }
  proofOfDelivery { at receivedBy } shortfalls { orderLine { id } product { id } quantity { value uom } reason }
  blockers { code owner message } } }`;
const REPORT = `mutation($input: RecordShipmentMilestoneInput!) {
  recordShipmentMilestone(input: $input) { shipment { status } userErrors { code field } } }`;

test("packages arrive one by one, with who signed for them", async () => {
  const [first, second] = [parcel("1Z-1", "3"), parcel("1Z-2", "1")];
  const packages = [first, second];
  const lines = [lineOf(3, "4")];
  const more = { status: "SHIPPED" as const, trackingNumber: "1Z-0", lines, packages };
  await keep("C10010", shipmentOf("P-1", [3], more));
  const at = (minute: number) => `2026-11-20T14:${String(minute)}:00.000Z`;
  const report = async (trackingNumber: string, minute: number, receivedBy?: string) => {
    const input = { shipmentId: "P-1", status: "DELIVERED", at: at(minute), trackingNumber };
    const idempotencyKey = `${trackingNumber}-${String(minute)}`;
    const variables = { input: { ...input, idempotencyKey, receivedBy } };
    return dataOf(await books.asker.ask(REPORT, carrier, variables)).recordShipmentMilestone;
  };
  expect(await report("1Z-1", 10)).toEqual({ shipment: { status: "IN_TRANSIT" }, userErrors: [] });
  const half = await bookedShipment("P-1");
  expect(half).toMatchObject({
    proofOfDelivery: null,
    lines: [{ quantity: { value: "4" }, deliveredQuantity: { value: "3" } }],
    packages: [{ deliveredAt: at(10) }, { deliveredAt: null }],
  });
  expect((await report("1Z-9", 11)).userErrors).toEqual([
    { code: "INVALID_VALUE", field: ["trackingNumber"] },
  ]);
  expect((await report("1Z-2", 12, "A. Meyer")).shipment).toEqual({ status: "DELIVERED" });
  expect(await bookedShipment("P-1")).toMatchObject({
    proofOfDelivery: { at: at(12), receivedBy: "A. Meyer" },
    lines: [{ deliveredQuantity: { value: "4" } }],
  });
});

test("a carrier says when it means to deliver, and means it until it says otherwise", async () => {
  const report = async (status: string, minute: string, estimatedDeliveryAt?: string) => {
    const at = `2026-11-20T15:${minute}:00.000Z`;
    const told = { idempotencyKey: `eta-${minute}`, shipmentId: "W5", status, at };
    const input = { ...told, estimatedDeliveryAt };
    return dataOf(await books.asker.ask(REPORT, carrier, { input })).recordShipmentMilestone;
  };
  const promised = async () =>
    dataOf(await books.asker.ask(`{ shipment(id: "W5") { estimatedDeliveryAt } }`, buyer)).shipment;
  expect((await report("IN_TRANSIT", "10", "2026-11-22T12:00:00Z")).userErrors).toEqual([]);
  await report("OUT_FOR_DELIVERY", "20");
  expect(await promised()).toEqual({ estimatedDeliveryAt: "2026-11-22T12:00:00.000Z" });
  expect((await report("DELIVERED", "30", "2026-11-22T12:00:00Z")).userErrors).toEqual([
    { code: "INVALID_VALUE", field: ["estimatedDeliveryAt"] },
  ]);
});

test("what a shipment lacks is told with its order line, and stands in its way until it has left", async () => {
  const shortfalls = [
    {
      orderNumber: orderNumberOf(4),
      lineNumber: 1,
      sku: LOT_SKU,
      quantity: quantity(parseDecimal("2"), parseUomCode("EA")),
      reason: "SHORT_PICK" as const,
    },
  ];
  const packed = { status: "PACKED" as const, shortfalls, milestones: [] };
  await keep("C10010", shipmentOf("H-1", [4], { ...packed, modifiedAt: SEEN_AT }));
  const shipment = await bookedShipment("H-1");
  expect(shipment.shortfalls).toEqual([
    {
      orderLine: { id: "erp-SO-1004/1" },
      product: { id: LOT_SKU },
      quantity: { value: "2", uom: "EA" },
      reason: "SHORT_PICK",
    },
  ]);
  expect(shipment.blockers).toMatchObject([{ code: "SHORT_PICK", owner: "warehouse" }]);
});

/** As the book has it: the warehouse of these tests has never heard of it. */
async function bookedShipment(id: string) {
  const { shipment } = dataOf(await books.asker.ask(FULFILMENT, buyer, { id }));
  return shipment;
}

async function keep(customer: string, shipment: Shipment): Promise<void> {
  const customerNumber = parseCustomerNumber(customer);
  await books.ledger.transaction((trx) =>
    saveShipments(trx, [{ shipment, customerNumber }], SEEN_AT),
  );
}

function lineOf(order: number, count: string): Shipment["lines"][number] {
  return {
    orderNumber: orderNumberOf(order),
    lineNumber: 1,
    sku: LOT_SKU,
    quantity: quantity(parseDecimal(count), parseUomCode("EA")),
    lot: null,
    serials: [],
  };
}

function parcel(trackingNumber: string, count: string): Package {
  return { id: trackingNumber, trackingNumber, weight: null, lines: [lineOf(3, count)] };
}

function goods(
  id: string,
  order: number,
  lot: string,
  count: string,
  more: Partial<Shipment> = {},
): Shipment {
  const modifiedAt = parseInstant("2026-11-20T12:00:00Z");
  return shipmentOf(id, [order], {
    lines: [{ ...lineOf(order, count), lot }],
    modifiedAt,
    ...more,
  });
}

test("who may see one account alone traces what that one got", async () => {
  const clerk = viewerOf("operator", ["C10020"]);
  const { lotTrace } = dataOf(await books.asker.ask(TRACE, clerk, { lot: "LOT-7" }));
  expect(lotTrace).toMatchObject({
    shippedQuantity: { value: "3" },
    customerNumbers: ["C10020"],
    shipments: { totalCount: 1 },
  });
  expect(dataOf(await books.asker.ask(TRACE, clerk, { lot: "LOT-8" })).lotTrace).toBeNull();
});

test("nobody traces anything without saying who they are", async () => {
  expect(codesOf(await books.asker.ask(TRACE, null, { lot: "LOT-7" }))).toEqual([
    "UNAUTHENTICATED",
  ]);
});
