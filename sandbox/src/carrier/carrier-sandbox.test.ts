import { basicAuth } from "../kit/basic-auth.ts";
import { createHandOvers, type HandedParcel } from "../kit/hand-overs.ts";
import { startSandbox, type RunningSandbox } from "../kit/start.ts";
import type { SourceDeps } from "../kit/source.ts";
import { createCarrierSandbox } from "./carrier-sandbox.ts";
import { CARRIER_DEMO } from "./demo-account.ts";
import { labelPriceOf } from "./tariff.ts";

const FROM = {
  name: "East",
  line1: "400 Port Street",
  city: "Newark",
  region: "NJ",
  postalCode: "07114",
  country: "US",
};
const TO = { city: "Cleveland", region: "OH", postalCode: "44114", country: "US" };
const handOvers = createHandOvers();
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    speed: 0,
    sources: {
      carrier: (deps: SourceDeps) =>
        createCarrierSandbox({ ...deps, handOvers }, { serviceMs: { least: 0, most: 0 } }),
    },
  });
});
afterAll(() => sandbox.stop());

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${sandbox.url}/carrier/v2/${path}`, {
    method,
    headers: {
      authorization: basicAuth(CARRIER_DEMO.apiKey, ""),
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // Whatever JSON the vendor answers.
  return { status: answer.status, body: (await answer.json()) as ReturnType<typeof JSON.parse> };
};
const parcel = (trackingNumber: string, changes: Partial<HandedParcel> = {}): HandedParcel => ({
  trackingNumber,
  carrier: "UPS",
  service: "Ground",
  weightGrams: 30_000,
  from: FROM,
  to: TO,
  state: "Shipped",
  at: "2026-11-21T08:00:00.000Z",
  ...changes,
});
const wire = ({ city, region, postalCode, country }: typeof TO) => ({
  city,
  state: region,
  zip: postalCode,
  country,
});
const ounces = (grams: number) => grams / 28.349_523_125;

test("a parcel has the rates of each carrier that takes it", async () => {
  const shipment = (grams: number) => ({
    shipment: {
      from_address: wire(FROM),
      to_address: wire(TO),
      parcel: { weight: ounces(grams) },
    },
  });
  const { status, body } = await call("POST", "shipments", shipment(10_000));
  expect(status).toBe(201);
  expect(
    body.rates.map(({ carrier, service, rate, delivery_days }: Record<string, unknown>) => [
      carrier,
      service,
      rate,
      delivery_days,
    ]),
  ).toEqual([
    ["FedEx", "FEDEX_GROUND", "15.54", 3],
    ["UPS", "Ground", "15.74", 3],
    ["USPS", "Priority", "24.60", 3],
    ["UPS", "2ndDayAir", "43.32", 2],
  ]);
  const heavy = (await call("POST", "shipments", shipment(40_000))).body.rates;
  expect(heavy.map(({ carrier }: { carrier: string }) => carrier)).not.toContain("USPS");
});

test("several parcels cost their sum", async () => {
  const { body } = await call("POST", "orders", {
    order: {
      from_address: wire(FROM),
      to_address: wire(TO),
      shipments: [{ parcel: { weight: ounces(20_000) } }, { parcel: { weight: ounces(10_000) } }],
    },
  });
  const ground = body.rates.find(({ service }: { service: string }) => service === "Ground");
  expect(Number(ground.rate) * 100).toBeCloseTo(labelPriceOf(parcel("1")), 0);
});

test("a parcel is known from its hand-over on, with what its label costs until it is billed", async () => {
  handOvers.tell(parcel("1Z00000001"));
  const { body } = await call("POST", "trackers/batch", {
    tracking_codes: ["1Z00000001", "1Z99999999"],
  });
  expect(body.trackers).toHaveLength(1);
  expect(body.trackers[0]).toMatchObject({ tracking_code: "1Z00000001", status: "pre_transit" });
  const path = `shipments/${String(body.trackers[0].shipment_id)}`;
  const quoted = (await call("GET", path)).body.fees[0];
  expect(quoted).toMatchObject({ type: "PostageFee", charged: false });
  await advance("1Z00000001");
  const billed = (await call("GET", path)).body.fees[0];
  expect(billed).toEqual({ ...quoted, charged: true });
});

test("the scales find some parcels heavier than they were told", async () => {
  handOvers.tell(parcel("1Z00000007"));
  const { body } = await call("GET", "trackers?tracking_code=1Z00000007");
  const path = `shipments/${String(body.trackers[0].shipment_id)}`;
  const quoted = Number((await call("GET", path)).body.fees[0].amount);
  await advance("1Z00000007");
  expect(Number((await call("GET", path)).body.fees[0].amount)).toBeCloseTo(quoted * 1.18, 2);
});

test("scans are kept once each, in their order", async () => {
  handOvers.tell(parcel("1Z00000002", { state: "Delivered", at: "2026-11-22T08:00:00.000Z" }));
  handOvers.tell(parcel("1Z00000002"));
  handOvers.tell(parcel("1Z00000002", { at: "2026-11-23T08:00:00.000Z" }));
  const { body } = await call("GET", "trackers?tracking_code=1Z00000002");
  expect(body.trackers[0].status).toBe("delivered");
  expect(
    body.trackers[0].tracking_details.map(({ datetime }: { datetime: string }) => datetime),
  ).toEqual(["2026-11-21T08:00:00.000Z", "2026-11-22T08:00:00.000Z"]);
});

test("what is wrong is said in the vendor's shape", async () => {
  const wrong = await call("POST", "shipments", { shipment: {} });
  expect([wrong.status, wrong.body.error.code]).toEqual([422, "PARAMETER.INVALID"]);
  const missing = await call("GET", "shipments/shp_0");
  expect([missing.status, missing.body.error.code]).toEqual([404, "NOT_FOUND"]);
});

async function advance(reference: string): Promise<void> {
  const answer = await fetch(`${sandbox.url}/_control/advance`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ source: "carrier", reference, to: "billed" }),
  });
  expect(answer.status).toBe(200);
}
