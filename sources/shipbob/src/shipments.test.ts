import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  instantOf,
  parseInstant,
  parseOrderNumber,
  parseSku,
  parseWarehouseCode,
  type Shipment,
} from "@crossdock/domain";
import { generateWorld } from "@crossdock/sandbox";
import { SourceRateLimitedError, SourceUnavailableError } from "@crossdock/source-contract";
import { countOf, releaseOf, startWarehouse, type Warehouse } from "./testing/warehouse.ts";

const world = generateWorld();
const signal = () => AbortSignal.timeout(10_000);
const lotItem = world.items.find(
  ({ tracking, stock }) => tracking === "LOT" && (stock[0]?.lots.length ?? 0) > 1,
);
const eastLots = [...(lotItem?.stock[0]?.lots ?? [])].sort((a, b) =>
  a.expiresOn.localeCompare(b.expiresOn),
);
const missing = world.items.find(
  ({ tracking, stock }) => tracking === "NONE" && stock[0]?.onHand === 0,
);

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await startWarehouse();
});
afterEach(() => warehouse.clearFaults());
afterAll(() => warehouse.stop());

async function shipmentsOf(orderNumber: string): Promise<readonly Shipment[]> {
  const [found] = await warehouse.system.shipments.readShipmentsOfOrders(
    [parseOrderNumber(orderNumber)],
    signal(),
  );
  return found ?? [];
}

describe("reading", () => {
  test("a hundred and twenty-five orders are one call, two hundred are two", async () => {
    const numbers = world.pastOrders.slice(0, 200).map(({ number }) => parseOrderNumber(number));
    await shipmentsOf("SO-0000001");
    await warehouse.resetCalls();
    const some = await warehouse.system.shipments.readShipmentsOfOrders(
      numbers.slice(0, 125),
      signal(),
    );
    expect(await warehouse.calls()).toBe(1);
    expect(some.map(([shipment]) => shipment?.orderNumbers[0])).toEqual(numbers.slice(0, 125));
    await warehouse.system.shipments.readShipmentsOfOrders(numbers, signal());
    expect(await warehouse.calls()).toBe(3);
  });

  test("every release of an order is found, however many there are", async () => {
    for (const release of [1, 2, 3]) {
      await warehouse.system.shipments.createRelease(
        { ...releaseOf("SO-9100001"), release },
        signal(),
      );
    }
    expect(await shipmentsOf("SO-9100001")).toHaveLength(3);
    expect(await shipmentsOf("SO-9100002")).toEqual([]);
  });

  test("a shipment tells what was picked, packed and handed over, by order line and lot", async () => {
    const sku = parseSku(lotItem?.sku ?? "");
    const [first, second] = eastLots;
    const wanted = (first?.onHand ?? 0) + 2;
    await warehouse.system.shipments.createRelease(
      releaseOf("SO-9100003", [
        { quantity: countOf("4") },
        { sku, quantity: countOf(String(wanted)) },
      ]),
      signal(),
    );
    await warehouse.advance("SO-9100003", "delivered");
    const [shipment] = await shipmentsOf("SO-9100003");
    expect(shipment?.status).toBe("DELIVERED");
    expect(
      shipment?.lines.map(({ lineNumber, quantity, lot }) => [lineNumber, quantity.value, lot]),
    ).toEqual([
      [1, "4", null],
      [2, String(first?.onHand), first?.number],
      [2, "2", second?.number],
    ]);
    const packed = shipment?.packages.flatMap(({ lines }) => lines) ?? [];
    const unitsOfLine = (wantedLine: number) =>
      packed.reduce(
        (sum, { lineNumber, quantity }) =>
          sum + (lineNumber === wantedLine ? Number(quantity.value) : 0),
        0,
      );
    expect([unitsOfLine(1), unitsOfLine(2)]).toEqual([4, wanted]);
    expect(
      shipment?.packages.every(({ id, weight }) => /^\d{18}$/.test(id) && weight?.uom === "ONZ"),
    ).toBe(true);
    expect(shipment?.carrier?.scac).toMatch(/^[A-Z]{2,4}$/);
    expect(shipment?.milestones.map(({ type }) => type)).toEqual([
      "RELEASED",
      "LABELED",
      "SHIPPED",
      "DELIVERED",
    ]);
    expect(shipment?.shippedAt).not.toBeNull();
    expect(shipment?.deliveredAt).not.toBeNull();
    expect(shipment?.shipTo).toMatchObject({
      lines: ["1 Mill Street", "Dock 4"],
      postalCode: "44114",
    });
  });

  test.each([
    ["picked", "PICKED"],
    ["packed", "PACKED"],
    ["shipped", "SHIPPED"],
    ["inTransit", "IN_TRANSIT"],
    ["outForDelivery", "OUT_FOR_DELIVERY"],
  ])("%s in the warehouse is %s here", async (to, status) => {
    const orderNumber = `SO-92${to}`;
    await warehouse.system.shipments.createRelease(releaseOf(orderNumber), signal());
    await warehouse.advance(orderNumber, to);
    expect((await shipmentsOf(orderNumber))[0]?.status).toBe(status);
  });

  test("a shipment that lacks stock is an exception that names the sku", async () => {
    const sku = parseSku(missing?.sku ?? "");
    await warehouse.system.shipments.createRelease(releaseOf("SO-9100004", [{ sku }]), signal());
    const [shipment] = await shipmentsOf("SO-9100004");
    expect(shipment?.status).toBe("EXCEPTION");
    expect(shipment?.problem).toContain(sku);
  });
});

describe("the feed", () => {
  test("gives what changed since an instant, oldest change first", async () => {
    for (const number of ["SO-9300001", "SO-9300002"]) {
      await warehouse.system.shipments.createRelease(releaseOf(number), signal());
    }
    const since = instantOf(new Date());
    await warehouse.advance("SO-9300002", "picked");
    await new Promise((resolve) => setTimeout(resolve, 2)); // another millisecond, another stamp
    await warehouse.advance("SO-9300001", "packed");
    const { items, next } = await warehouse.system.shipments.listChangedShipments(
      { since, after: null },
      signal(),
    );
    expect(next).toBeNull();
    expect(items.map(({ orderNumbers, status }) => [orderNumbers[0], status])).toEqual([
      ["SO-9300002", "PICKED"],
      ["SO-9300001", "PACKED"],
    ]);
    const [order] = world.pastOrders;
    expect(items.every(({ orderNumbers }) => orderNumbers[0] !== order?.number)).toBe(true);
  });

  test("reads every page of a long window, and gives each shipment once", async () => {
    const fresh = await startWarehouse();
    const since = parseInstant("2026-10-15T00:00:00Z");
    const { items, next } = await fresh.system.shipments.listChangedShipments(
      { since, after: null },
      signal(),
    );
    expect(await fresh.calls("GET order changes")).toBe(Math.ceil(items.length / 250));
    expect(items.length).toBeGreaterThan(500);
    expect(next).toBeNull();
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    const stamps = items.map(({ modifiedAt }) => modifiedAt);
    expect(stamps).toEqual([...stamps].sort());
    await fresh.stop();
  });

  test("finds after a restart of the warehouse what it did meanwhile", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "warehouse-"));
    const first = await startWarehouse({ dataDir });
    await first.system.shipments.createRelease(releaseOf("SO-9300003"), signal());
    const since = instantOf(new Date());
    await first.advance("SO-9300003", "shipped");
    await first.stop();

    const again = await startWarehouse({ dataDir });
    const { items } = await again.system.shipments.listChangedShipments(
      { since, after: null },
      signal(),
    );
    expect(items.map(({ orderNumbers, status }) => [orderNumbers[0], status])).toEqual([
      ["SO-9300003", "SHIPPED"],
    ]);
    const repeated = await again.system.shipments.createRelease(releaseOf("SO-9300003"), signal());
    expect(repeated).toMatchObject({
      kind: "done",
      document: { shipments: [{ status: "SHIPPED" }] },
    });
    await again.stop();
    await rm(dataDir, { recursive: true });
  });
});

describe("releasing", () => {
  test("the document names the order, its key and the buyer's number", async () => {
    await warehouse.system.shipments.createRelease(releaseOf("SO-9400001"), signal());
    for (const reference of ["SO-9400001", "SO-9400001:1"]) {
      expect(await warehouse.documents(reference)).toBe(1);
    }
    const found = await warehouse.system.shipments.findRelease(releaseOf("SO-9400001"), signal());
    expect(found).toMatchObject({
      orderNumber: "SO-9400001",
      release: 1,
      shipments: [{ status: "RELEASED" }],
    });
  });

  test("a reference that is taken by other lines is refused, not overwritten", async () => {
    await warehouse.system.shipments.createRelease(releaseOf("SO-9400002"), signal());
    const other = releaseOf("SO-9400002", [{ quantity: countOf("5") }]);
    expect(await warehouse.system.shipments.createRelease(other, signal())).toMatchObject({
      kind: "refused",
    });
    expect((await shipmentsOf("SO-9400002"))[0]?.lines[0]?.quantity.value).toBe("1");
  });

  test.each(["1.5", "0", "2147483648"])(
    "%s pieces cannot be picked: refused without a call",
    async (digits) => {
      await warehouse.resetCalls();
      const draft = releaseOf("SO-9400003", [{ quantity: countOf(digits) }]);
      expect(await warehouse.system.shipments.createRelease(draft, signal())).toMatchObject({
        kind: "refused",
        code: "INVALID_QUANTITY",
      });
      expect(await warehouse.calls()).toBe(0);
    },
  );

  test("a warehouse that the system does not run is looked for once more, and refused", async () => {
    const draft = { ...releaseOf("SO-9400004"), warehouse: parseWarehouseCode("NORTH") };
    await warehouse.resetCalls();
    expect(await warehouse.system.shipments.createRelease(draft, signal())).toMatchObject({
      kind: "refused",
      code: "UNKNOWN_WAREHOUSE",
    });
    expect(await warehouse.calls("GET location")).toBe(1);
    expect(await warehouse.calls("POST order")).toBe(0);
  });

  test("a source that has no room took nothing", async () => {
    const draft = releaseOf("SO-9400005");
    await warehouse.system.shipments.findRelease(draft, signal());
    await warehouse.fault({ kind: "rateLimit", operation: "POST order" });
    await expect(warehouse.system.shipments.createRelease(draft, signal())).rejects.toBeInstanceOf(
      SourceRateLimitedError,
    );
    expect(await warehouse.documents("SO-9400005")).toBe(0);
  });
});

test("past the vendor's limit a read says so and how long to wait", async () => {
  const limited = await startWarehouse({ requestsPerMinute: 2 });
  await limited.system.warehouses.listWarehouses(signal());
  const numbers = [parseOrderNumber("SO-0000001")];
  await limited.system.shipments.readShipmentsOfOrders(numbers, signal());
  const refused = await limited.system.shipments
    .readShipmentsOfOrders(numbers, signal())
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SourceRateLimitedError);
  expect((refused as SourceRateLimitedError).retryAfterMs).toBeGreaterThan(1_000);
  await limited.stop();
});

test("a read is repeated when the source fails, and fails whole when it goes on failing", async () => {
  const failing = await startWarehouse();
  const numbers = [parseOrderNumber("SO-0000001")];
  await failing.system.warehouses.listWarehouses(signal());
  await failing.fault({ kind: "down", operation: "GET order" });
  await expect(
    failing.system.shipments.readShipmentsOfOrders(numbers, signal()),
  ).rejects.toBeInstanceOf(SourceUnavailableError);
  expect(await failing.calls("GET order")).toBeGreaterThan(1);
  await failing.stop();
});
