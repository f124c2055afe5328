import {
  parseLocalDate,
  parseOrderNumber,
  parseShipmentId,
  parseSku,
  parseWarehouseCode,
  type ShipmentId,
} from "@crossdock/domain";
import { generateWorld } from "@crossdock/sandbox";
import {
  bulkReadContract,
  fulfilmentContract,
  receiptsContract,
  releaseCancellerContract,
  releaseWriterContract,
  returnWriterContract,
  stockFeedContract,
} from "@crossdock/source-contract/testing";
import { countOf, releaseOf, startWarehouse, type Warehouse } from "./testing/warehouse.ts";

const world = generateWorld();
let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await startWarehouse();
});
afterEach(() => warehouse.clearFaults());
afterAll(() => warehouse.stop());

releaseWriterContract("ShipBob", async () => ({
  shipments: warehouse.system.shipments,
  draft: (orderNumber) =>
    releaseOf(orderNumber, [
      { quantity: countOf("3") },
      { sku: parseSku("NG-10002"), quantity: countOf("2") },
    ]),
  count: (orderNumber) => warehouse.documents(orderNumber),
  loseNextAnswer: () =>
    warehouse.fault({ kind: "lostResponse", operation: "POST order", forMs: 5_000 }),
}));

let serial = 0;
releaseCancellerContract("ShipBob", async () => ({
  shipments: warehouse.system.shipments,
  cancellations: warehouse.system.cancellations,
  release: async () => {
    serial += 1;
    const draft = releaseOf(`SO-C${String(serial).padStart(6, "0")}`);
    await warehouse.system.shipments.createRelease(draft, AbortSignal.timeout(5_000));
    return draft;
  },
  ship: (orderNumber) => warehouse.advance(orderNumber, "shipped"),
  writes: async () =>
    (await warehouse.calls("POST order/{id}:cancel")) +
    (await warehouse.calls("POST shipment/{id}:cancel")),
  loseNextAnswer: async () => {
    for (const operation of ["POST order/{id}:cancel", "POST shipment/{id}:cancel"]) {
      await warehouse.fault({ kind: "lostResponse", operation, forMs: 5_000 });
    }
  },
}));

bulkReadContract("ShipBob's shipments", async () => {
  const numbers = ["SO-0000007", "SO-0000008", "SO-0000009"].map(parseOrderNumber);
  const found = await warehouse.system.shipments.readShipmentsOfOrders(
    numbers,
    AbortSignal.timeout(5_000),
  );
  const [first, second, third] = found.map(([shipment]) => shipment?.id ?? parseShipmentId("none"));
  return {
    read: warehouse.system.shipments.readShipments,
    known: [first, second, third] as [ShipmentId, ShipmentId, ShipmentId],
    unknown: parseShipmentId("999999999-999999999"),
    keyOf: (shipment) => shipment.id,
    calls: () => warehouse.calls(),
  };
});

stockFeedContract("ShipBob's stock", async () => ({
  stock: warehouse.system.stock,
  feed: warehouse.system.stockFeed,
  skus: [parseSku("NG-10008"), parseSku("NG-10011")],
  recount: (sku, code, onHand) => warehouse.recount(sku, code, onHand),
  calls: () => warehouse.calls(),
}));

receiptsContract("ShipBob's receipts", async () => ({
  receipts: warehouse.system.receipts,
  draft: (key) => ({
    key,
    warehouse: parseWarehouseCode("EAST"),
    purchaseOrder: "PO 106-A",
    expectedOn: parseLocalDate("2099-12-01"),
    lines: [
      { sku: parseSku("NG-10001"), quantity: countOf("4"), lot: null },
      {
        sku: parseSku("NG-10002"),
        quantity: countOf("6"),
        lot: { number: "L-2099", expiresOn: parseLocalDate("2100-01-31") },
      },
    ],
  }),
  receive: ({ key, lines: [line] }, first, isDone) =>
    warehouse.receive(key, [{ sku: line?.sku ?? "", ...first }], isDone),
  count: ({ key }) => warehouse.documents(key, "receiving"),
  loseNextAnswer: () =>
    warehouse.fault({ kind: "lostResponse", operation: "POST receiving", forMs: 5_000 }),
}));

let sent = 0;
fulfilmentContract("ShipBob", async () => {
  const kept = (tracking: string) => {
    const item = world.items.find(
      (each) =>
        each.tracking === tracking &&
        each.stock.some(({ warehouseCode, onHand }) => warehouseCode === "EAST" && onHand > 200),
    );
    return parseSku(item?.sku ?? "");
  };
  // Short picks empty a shelf: each case has a warehouse of its own.
  await warehouse.stop();
  warehouse = await startWarehouse();
  return {
    shipments: warehouse.system.shipments,
    items: { lot: kept("LOT"), serial: kept("SERIAL"), plain: kept("NONE") },
    release: async (lines) => {
      sent += 1;
      const orderNumber = parseOrderNumber(`SO-F${String(sent).padStart(6, "0")}`);
      const draft = releaseOf(
        orderNumber,
        lines.map(({ sku, quantity }) => ({ sku, quantity: countOf(String(quantity)) })),
      );
      await warehouse.system.shipments.createRelease(draft, AbortSignal.timeout(5_000));
      return orderNumber;
    },
    move: (order, to, twist) => warehouse.advance(order, to, twist),
  };
});

returnWriterContract("ShipBob", async () => ({
  returns: warehouse.system.returns,
  draft: (parcel) => ({
    parcel,
    warehouse: parseWarehouseCode("EAST"),
    shipmentId: parseShipmentId("100005001-200005001"),
    lines: [{ sku: parseSku("NG-10001"), quantity: countOf("2"), lot: null }],
  }),
  count: (parcel) => warehouse.documents(parcel, "return"),
  move: (parcel, to) => warehouse.takeBack(parcel, to),
  loseNextAnswer: () =>
    warehouse.fault({ kind: "lostResponse", operation: "POST return", forMs: 5_000 }),
}));
