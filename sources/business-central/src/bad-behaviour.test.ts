import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  parseCustomerNumber,
  parseLocalDate,
  parseDecimal,
  parseOrderKey,
  parseOrderNumber,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type StockMovementDraft,
} from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import {
  SourceAccessError,
  SourceProtocolError,
  SourceRateLimitedError,
} from "@crossdock/source-contract";
import { budgetOf } from "@crossdock/source-http";
import { createBusinessCentralSystem } from "./business-central-system.ts";
import { asWorker } from "./testing/as-worker.ts";
import { draftOf, startTenant, type Tenant } from "./testing/tenant.ts";

const signal = () => AbortSignal.timeout(20_000);
const SKUS = [parseSku("NG-10001"), parseSku("NG-10002"), parseSku("NG-10003")];
const NUMBERS = [parseOrderNumber("SO-0000003"), parseOrderNumber("SO-0004999")];
const CUSTOMERS = [parseCustomerNumber("C10010"), parseCustomerNumber("C10020")];
/** More at once than the ERP has places for. */
const OVER = budgetOf({
  calls: 100_000,
  windowMs: 1_000,
  burst: 50_000,
  concurrent: 40,
  writes: "command",
  queued: 1_000,
  maxWaitMs: 5_000,
});

/** Minutes at the ERP are milliseconds here; what it does takes as long as it takes. */
let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant(
    { serviceTimeMs: { least: 10, most: 20, perPart: 0 } },
    { speed: 6_000 },
  );
});
afterEach(() => tenant.behave());
afterAll(() => tenant.stop());

/** Everything that a page of the portal shows of the ERP, for one customer after the other. */
async function readAll(): Promise<unknown[]> {
  const { orders, customers, products, prices } = tenant.system;
  const seen: unknown[] = [];
  for (const number of CUSTOMERS) {
    const [customer] = await customers.readCustomers([number], signal());
    const lines = await prices.readPriceLines({ customer: customer ?? null, skus: SKUS }, signal());
    seen.push(
      customer,
      lines,
      await products.readProducts(SKUS, signal()),
      await orders.readOrders(NUMBERS, signal()),
    );
  }
  return seen;
}

test("no answer of a dirty session is ever shown, and none that hides a failure", async () => {
  const truth = await readAll();
  await tenant.behave("dist-c");
  for (let round = 0; round < 12; round += 1) expect(await readAll()).toEqual(truth);
  expect(await tenant.disturbed()).toBeGreaterThan(5);
});

test.each([
  ["dist-c", "TESTD"],
  ["cloud-b", "TESTB"],
] as const)(
  "under %s a write of unknown outcome is looked for: every order is there once",
  async (profile, prefix) => {
    await tenant.behave(profile);
    let unsure = 0;
    const orders = asWorker(tenant.system.orders, () => (unsure += 1) > 0);
    const keys = Array.from({ length: 40 }, (_, at) => `${prefix}${String(at).padStart(5, "0")}`);
    for (const key of keys) {
      expect(await orders.createOrder(draftOf(key), signal())).toMatchObject({ kind: "done" });
    }
    expect(await tenant.disturbed()).toBeGreaterThan(3);
    expect(unsure).toBeGreaterThan(0);
    expect(await tenant.countEach(keys)).toEqual(keys.map(() => 1));
  },
);

test("pages that are for reading only refuse a journal line: a person has to know", async () => {
  await tenant.behave("dist-c");
  const movement: StockMovementDraft = {
    kind: "difference",
    key: parseOrderKey("READKEY001"),
    sku: parseSku("NG-10008"),
    warehouse: parseWarehouseCode("EAST"),
    lot: null,
    quantity: quantity(parseDecimal("-1"), parseUomCode("EA")),
    reason: "Broken",
    on: parseLocalDate("2026-11-21"),
  };
  const booking = tenant.system.stockMovements.bookMovement(movement, signal(), null);
  await expect(booking).rejects.toBeInstanceOf(SourceProtocolError);
  await expect(booking).rejects.toMatchObject({ status: 405, retry: "never" });
});

test("a source that is asked too much by us says so in three ways, and all of them mean: later", async () => {
  await tenant.behave("cloud-a");
  const greedy = tenant.connect({ budget: OVER });
  await greedy.orders.readOrders(NUMBERS, signal());
  await tenant.resetCalls();
  const reads = await Promise.allSettled(
    Array.from({ length: 120 }, () => greedy.customers.readCustomers(CUSTOMERS, signal())),
  );
  const failed = reads.flatMap((read) => (read.status === "rejected" ? [read.reason] : []));
  expect(await tenant.disturbed()).toBeGreaterThan(10);
  expect(reads.some(({ status }) => status === "fulfilled")).toBe(true);
  expect(failed.filter((error) => !(error instanceof SourceRateLimitedError))).toEqual([]);
  // Nobody asks for new tokens because the ERP is busy.
  expect(await tenant.calls("POST token")).toBeLessThanOrEqual(2);
  await tenant.behave("cloud-a");
  await expect(
    asWorker(greedy.orders, () => true).readOrders(NUMBERS, signal()),
  ).resolves.toHaveLength(2);
});

test("within our budget a source of five places refuses nothing", async () => {
  // The minute is a second here, so that a busy machine is not taken for a busy source.
  const cloud = await startTenant({}, { speed: 60, profiles: ["cloud-a"] });
  const polite = cloud.connect({ budget: { ...OVER, concurrent: 5 } });
  await Promise.all(
    Array.from({ length: 60 }, () => polite.customers.readCustomers(CUSTOMERS, signal())),
  );
  expect(await cloud.disturbed()).toBe(0);
  await cloud.stop();
});

test("who is locked out in the middle of work is told so, whatever was let in before", async () => {
  let isOpen = true;
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url === "/token") return answer(200, { access_token: "t", expires_in: 3_600 });
    if (!isOpen) return answer(401, { error: { code: "x", message: "x" } });
    const isCompanies = request.url === "/api/companies";
    return answer(200, { value: isCompanies ? [{ id: "c1", name: "Only One" }] : [] });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const system = createBusinessCentralSystem({
    name: "erp",
    tokenUrl: `${url}/token`,
    apiUrl: `${url}/api`,
    odataUrl: `${url}/pages`,
    clientId: "us",
    clientSecret: "secret",
    clientState: "state",
    logger: createLogger({ name: "test", level: "silent" }),
  });
  const read = () => system.customers.readCustomers(CUSTOMERS, signal());
  await expect(read()).resolves.toEqual([null, null]);
  isOpen = false;
  await expect(read()).rejects.toBeInstanceOf(SourceAccessError);
  await system.close();
  await new Promise((resolve) => server.close(resolve));
});
