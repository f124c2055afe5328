import { allCommands, createCommandLog, type CommandLog } from "@crossdock/commands";
import {
  parseCustomerNumber,
  parseSku,
  type Customer,
  type PriceLine,
  type Sku,
} from "@crossdock/domain";
import { allEvents, createEventLog, type EventLog } from "@crossdock/events";
import { createFeedMetrics, createMasterData, type MasterData } from "@crossdock/ingest";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import {
  createCommandJournal,
  createCustomerBook,
  createOrderProcess,
  createPriceBook,
  createProductBook,
  type OrderProcess,
} from "@crossdock/processes";
import { createLogger, createMetrics, systemClock as clock } from "@crossdock/runtime";
import { createIdleSource, demoConnections, generateWorld, startSandbox } from "@crossdock/sandbox";
import { createBusinessCentralSystem } from "@crossdock/source-business-central";
import type { ErpSystem } from "@crossdock/source-contract";
import { createErpClerk, type ErpClerk } from "../src/erp-clerk.ts";
import { createSandboxControl, type SandboxControl } from "../src/sandbox-control.ts";
import { until } from "../src/until.ts";

const world = generateWorld();
const logger = createLogger({ name: "test", level: "silent" });
const SAMPLE = 200;
const DELTA_MS = 300;
const PRICE_MS = 1_000;
const STALE_AFTER_MS = 15_000;
const HOUR_MS = 3_600_000;
const WAIT_MS = 60_000;

jest.setTimeout(180_000);

let opened: TestLedger;
let eventLog: EventLog;
let commandLog: CommandLog;
let orderProcess: OrderProcess;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let control: SandboxControl;
let clerk: ErpClerk;
let erp: ErpSystem;
let masterData: MasterData;

beforeAll(async () => {
  opened = await openTestLedger();
  const { ledger } = opened;
  eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  orderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const journal = createCommandJournal({ eventLog, process: () => orderProcess, clock });
  commandLog = createCommandLog({ ledger, definitions: allCommands, clock, logger, journal });
  sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    speed: 1,
    sources: { wms: () => createIdleSource("wms"), finance: () => createIdleSource("finance") },
  });
  control = createSandboxControl(sandbox.url);
  clerk = createErpClerk(sandbox.url);
  erp = createBusinessCentralSystem({
    name: "erp",
    ...demoConnections(sandbox.url).erp,
    clientState: "not used",
    logger,
  });
  masterData = startMasterData(HOUR_MS);
  await until(allLoaded, (are) => are, WAIT_MS);
});
afterAll(async () => {
  await masterData.stop();
  await erp.close();
  await sandbox.stop();
  await commandLog.close();
  await eventLog.close();
  await opened.close();
});

function startMasterData(fullEveryMs: number, deltaEveryMs = DELTA_MS): MasterData {
  const started = createMasterData({
    erp,
    ledger: opened.ledger,
    process: orderProcess,
    clock,
    logger,
    metrics: createFeedMetrics(createMetrics()),
    pace: { deltaEveryMs, priceEveryMs: PRICE_MS, fullEveryMs },
    startAfter: Promise.resolve(),
    silentAfterMs: HOUR_MS,
  });
  started.start();
  return started;
}

function books() {
  const options = { ledger: opened.ledger, source: "erp", clock, staleAfterMs: STALE_AFTER_MS };
  return {
    products: createProductBook(options),
    customers: createCustomerBook(options),
    prices: createPriceBook(options),
  };
}

async function allLoaded(): Promise<boolean> {
  const { products, customers, prices } = books();
  const loaded = await Promise.all([products, customers, prices].map((book) => book.isLoaded()));
  return loaded.every((each) => each);
}

const signal = () => AbortSignal.timeout(20_000);
/** Some of all, spread over them, in an order of their own. */
const someSkus = (): Sku[] =>
  Array.from({ length: SAMPLE }, (_, at) => (at * 997) % world.items.length).map((at) =>
    parseSku(world.items[at]?.sku ?? ""),
  );
const nameOfLine = ({ listCode, sku, minimumQuantity }: PriceLine) =>
  `${listCode} ${sku} ${minimumQuantity}`;
const sorted = (lines: readonly PriceLine[]) =>
  [...lines].sort((left, right) => (nameOfLine(left) < nameOfLine(right) ? -1 : 1));

async function told(type: string): Promise<string[]> {
  const { rows } = await opened.ledger.pool.query<{ subject: string }>(
    "select subject from events where type = $1 order by position",
    [type],
  );
  return rows.map(({ subject }) => subject);
}

const nameOf = async (sku: string): Promise<string | undefined> =>
  (await books().products.readProducts([parseSku(sku)]))[0]?.document.name;

test("the first load tells nobody anything", async () => {
  for (const type of [
    "inventory.productChanged",
    "orders.customerChanged",
    "orders.priceChanged",
  ]) {
    expect(await told(type)).toEqual([]);
  }
});

test("the books answer as the ERP does: 200 items, every customer, and its prices of them", async () => {
  const skus = someSkus();
  const { products, customers, prices } = books();
  const items = await products.readProducts(skus);
  expect(items.map((record) => record?.document)).toEqual(
    await erp.products.readProducts(skus, signal()),
  );
  const numbers = world.customers.map(({ number }) => parseCustomerNumber(number));
  const accounts = await customers.readCustomers(numbers);
  expect(accounts.map((record) => record?.document)).toEqual(
    await erp.customers.readCustomers(numbers, signal()),
  );
  const asking: (Customer | null)[] = accounts.map((record) => record?.document ?? null);
  for (const customer of [...asking.slice(0, 10), null]) {
    const query = { customer, skus };
    const { lines, provenance } = await prices.readPriceLines(query);
    expect(sorted(lines)).toEqual(sorted(await erp.prices.readPriceLines(query, signal())));
    expect(provenance.freshness).toBe("CACHED");
  }
});

test("a quiet look costs one call for items and one for customers", async () => {
  await control.resetCalls();
  await new Promise((resolve) => setTimeout(resolve, 6 * DELTA_MS));
  const { byOperation } = (await control.calls()).erp;
  const quiet = ["GET PriceListLines", "GET customers", "GET items"];
  expect(Object.keys(byOperation).sort()).toEqual(quiet);
  expect(byOperation["GET items"]).toBeLessThanOrEqual(6);
});

test("an item that changed is read again, told once, and not read again after that", async () => {
  await clerk.changeItem("NG-10007", { displayName: "Renamed bolt" });
  await until(
    () => nameOf("NG-10007"),
    (name) => name === "Renamed bolt",
    WAIT_MS,
  );
  expect(await told("inventory.productChanged")).toEqual(["item:NG-10007"]);
  await control.resetCalls();
  await new Promise((resolve) => setTimeout(resolve, 4 * DELTA_MS));
  expect(Object.keys((await control.calls()).erp.byOperation)).not.toContain("GET ItemCard");
  expect(await told("inventory.productChanged")).toEqual(["item:NG-10007"]);
});

test("a notification is answered with a look at once", async () => {
  await masterData.stop();
  await control.resetCalls();
  masterData = startMasterData(HOUR_MS, HOUR_MS);
  await until(
    async () => (await control.calls()).erp.byOperation["GET items"] ?? 0,
    (looks) => looks > 0,
    WAIT_MS,
  );
  await clerk.changeItem("NG-10008", { displayName: "Told bolt" });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await nameOf("NG-10008")).not.toBe("Told bolt");
  masterData.hint("product");
  await until(
    () => nameOf("NG-10008"),
    (name) => name === "Told bolt",
    WAIT_MS,
  );
  await masterData.stop();
  masterData = startMasterData(HOUR_MS);
});

test("a blocked item leaves the catalogue, and a blocked customer is on hold", async () => {
  await clerk.blockItem("NG-10009", true);
  await clerk.changeCustomer("C10020", { blocked: "All" });
  const skus = [parseSku("NG-10009")];
  const page = { after: null, first: 1 };
  await until(
    () => books().products.listProducts({ skus }, page),
    (listed) => listed.length === 0,
    WAIT_MS,
  );
  const account = parseCustomerNumber("C10020");
  await until(
    async () => (await books().customers.readCustomers([account]))[0]?.document.status,
    (status) => status === "ON_HOLD",
    WAIT_MS,
  );
  expect(await told("orders.customerChanged")).toEqual(["customer:C10020"]);
});

test("a price that changed, and one that ended, is found by the next reading of all", async () => {
  const sku = parseSku("NG-10001");
  const pricesOf = async (number: string) => {
    const [record] = await books().customers.readCustomers([parseCustomerNumber(number)]);
    const customer = record?.document ?? null;
    const { lines } = await books().prices.readPriceLines({ customer, skus: [sku] });
    return lines
      .filter(({ appliesTo }) => appliesTo.kind === "customer")
      .map(({ unitPrice }) => Number(unitPrice.amount));
  };
  const others = await pricesOf("C10030");
  await control.reprice(sku, "C10010", 7.77);
  await until(
    () => pricesOf("C10010"),
    (prices) => prices.every((one) => one === 7.77),
    WAIT_MS,
  );
  expect(await told("orders.priceChanged")).toEqual([`item:${sku}`]);
  await control.reprice(sku, "C10010", null);
  await until(
    () => pricesOf("C10010"),
    (prices) => prices.length === 0,
    WAIT_MS,
  );
  expect(await pricesOf("C10030")).toEqual(others);
});

test("an item that was deleted is found by the next load of all", async () => {
  await clerk.removeItem("NG-10011");
  await masterData.stop();
  masterData = startMasterData(1_000);
  await until(
    () => nameOf("NG-10011"),
    (name) => name === undefined,
    WAIT_MS,
  );
  expect((await told("inventory.productChanged")).filter((one) => one.endsWith("11"))).toEqual([
    "item:NG-10011",
  ]);
  await masterData.stop();
});

test("with the ERP away, and after a restart, the books answer with their true age", async () => {
  masterData = startMasterData(HOUR_MS);
  await control.fault({ source: "erp", kind: "down", forMs: 600_000 });
  const provenance = async () =>
    (await books().products.readProducts([parseSku("NG-10001")]))[0]?.provenance;
  const stale = await until(provenance, (seen) => seen?.freshness === "STALE", WAIT_MS);
  await masterData.stop();
  masterData = startMasterData(HOUR_MS);
  expect(await books().products.isLoaded()).toBe(true);
  expect(await provenance()).toEqual(stale);
  await control.clearFaults();
  await until(provenance, (seen) => seen?.freshness === "CACHED", WAIT_MS);
});
