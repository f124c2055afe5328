import { parseSku } from "@crossdock/domain";
import { generateWorld } from "@crossdock/sandbox";
import type { ErpSystem } from "@crossdock/source-contract";
import { withoutLanes, type CallReport, type SourceBudget } from "@crossdock/source-http";
import { businessCentralBudget } from "./business-central-system.ts";
import { draftOf, startTenant, type Tenant } from "./testing/tenant.ts";

const SKUS = generateWorld().items.map(({ sku }) => parseSku(sku));
/** What one call takes at the ERP. */
const SERVICE_MS = 120;
const WRITES = 4;
/** Inquiries that wait or are under way all the time: several times what the ERP bears at once. */
const READERS = 40;
const budget = businessCentralBudget();
const signal = () => AbortSignal.timeout(60_000);

let tenant: Tenant;
let orders = 0;
beforeAll(async () => {
  const serviceTimeMs = { least: SERVICE_MS, most: SERVICE_MS, perPart: 0 };
  tenant = await startTenant({ serviceTimeMs });
});
afterAll(() => tenant.stop());

/** Products are read without end, by many at once. @returns stops it, with how many reads it came to */
function flood(system: ErpSystem): () => Promise<number> {
  let isOver = false;
  let reads = 0;
  const readers = Array.from({ length: READERS }, async (_none, reader) => {
    while (!isOver) {
      reads += 1;
      const sku = SKUS[(reads * READERS + reader) % SKUS.length];
      await system.products.readProducts(sku === undefined ? [] : [sku], signal());
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(readers);
    return reads;
  };
}

/** What the flood adds to a call that writes an order, as a part of what the call takes: the median. */
async function slowdown(given: SourceBudget): Promise<number> {
  const writes: CallReport[] = [];
  const system = tenant.connect({
    budget: given,
    onCall: (call) => {
      if (call.lane === "command") writes.push(call);
    },
  });
  const { createOrder } = system.inLane("command").orders;
  const stop = flood(system);
  for (let at = 0; at < WRITES; at += 1) {
    orders += 1;
    await createOrder(draftOf(`LANE${String(orders).padStart(6, "0")}`), signal());
  }
  expect(await stop()).toBeGreaterThan(READERS);
  expect(writes.length).toBeGreaterThan(WRITES);
  // The waiting is told from the sending, for the latter is what a busy machine makes slow.
  const waits = writes.map(({ waitedMs }) => waitedMs).sort((left, right) => left - right);
  return (SERVICE_MS + (waits[Math.floor(waits.length / 2)] ?? NaN)) / SERVICE_MS;
}

test("a flood of inquiries leaves the writing of orders as fast as it was", async () => {
  expect(await slowdown(budget)).toBeLessThan(1.3);
}, 90_000);

test("without lanes the same flood makes the writing of orders wait", async () => {
  expect(await slowdown(withoutLanes(budget))).toBeGreaterThan(2);
}, 90_000);
