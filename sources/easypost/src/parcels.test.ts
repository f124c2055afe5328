import { createLogger } from "@crossdock/runtime";
import { SourceAccessError } from "@crossdock/source-contract";
import { createEasypostSystem } from "./easypost-system.ts";
import { openDock, parcelsOf } from "./testing/dock.ts";

const signal = () => AbortSignal.timeout(10_000);
let dock: Awaited<ReturnType<typeof openDock>>;
beforeAll(async () => {
  dock = await openDock();
});
afterAll(() => dock.close());

test("a quote is one call, of however many parcels, and tells carrier, price and days", async () => {
  const before = await dock.calls();
  const options = await dock.system.rates.quote(parcelsOf([20_000, 20_000, 5_000]), signal());
  const after = await dock.calls();
  expect((after["POST orders"] ?? 0) - (before["POST orders"] ?? 0)).toBe(1);
  expect(after["POST shipments"]).toBe(before["POST shipments"]);
  expect(options[0]).toEqual({
    carrier: { scac: null, name: "FedEx" },
    service: "FEDEX_GROUND",
    price: { amount: "64.85", currency: "USD" },
    estimatedDays: 3,
  });
  expect(options.find(({ service }) => service === "Ground")?.carrier).toEqual({
    scac: "UPSN",
    name: "UPS",
  });
});

test("a letter weighs something", async () => {
  expect(await dock.system.rates.quote(parcelsOf([1]), signal())).not.toEqual([]);
});

test("charges of many parcels are one look for their labels, and one for each of them", async () => {
  const numbers = await dock.deliver(3);
  expect(new Set(numbers).size).toBe(3);
  const before = await dock.calls();
  const charges = await dock.system.charges.readCharges(numbers, signal());
  const after = await dock.calls();
  expect(charges.map((charge) => charge?.trackingNumber)).toEqual(numbers);
  const more = (operation: string) => (after[operation] ?? 0) - (before[operation] ?? 0);
  expect([more("POST trackers/batch"), more("GET shipment")]).toEqual([1, 3]);
});

test("a printed label is a milestone and no status", async () => {
  const numbers = await dock.deliver();
  const [tracking] = await dock.system.tracking.readTracking(numbers, signal());
  expect(tracking?.milestones.map(({ type }) => type)).toEqual([
    "LABEL_CREATED",
    "IN_TRANSIT",
    "OUT_FOR_DELIVERY",
    "DELIVERED",
  ]);
});

test("a wrong key is our fault and no answer", async () => {
  const system = createEasypostSystem({
    name: "carrier",
    apiUrl: dock.connection.apiUrl,
    apiKey: "guess",
    logger: createLogger({ name: "test", level: "silent" }),
  });
  const quote = system.rates.quote(parcelsOf([1_000]), signal());
  await expect(quote).rejects.toBeInstanceOf(SourceAccessError);
  await system.close();
});
