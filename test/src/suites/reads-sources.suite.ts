import { ProductNameDocument, SourcesDocument } from "../../generated/operations.ts";
import { world } from "../contract-prices.ts";
import { untilHistoryIsRead } from "../history.ts";
import type { Stack } from "../stack.ts";

const READS = 30;
const ROUNDS = 4;
const MAX_AGE_SECONDS = 1;
/** In the order in which they are served. */
const LANES = ["posting", "command", "feed", "inquiry", "masterData"];
const SLOW_MS = 400;
const SKUS = world.items.slice(-2 * READS, -READS).map(({ sku }) => sku);

/** @param open a stack that stands still: what is called is called by the tests */
export function sourcesSuite(open: () => Stack): void {
  describe("what operators see of the sources", () => {
    let stack: Stack;
    let operator: string;
    beforeAll(async () => {
      stack = open();
      operator = await stack.token("operator");
      await untilHistoryIsRead(stack);
    });
    afterEach(() => stack.sandbox.clearFaults());

    const sourcesNow = async () => (await stack.ask(SourcesDocument, {}, operator)).sources;
    const erpNow = async () => (await sourcesNow()).find(({ name }) => name === "erp");
    /** One after the other. */
    const readNames = async (maxAgeSeconds?: number) => {
      for (const sku of SKUS) {
        await stack.query(ProductNameDocument, { sku }, operator, maxAgeSeconds);
      }
    };

    test("each source has its name, kind, adapter and what its vendor allows", async () => {
      expect(await sourcesNow()).toEqual([
        expect.objectContaining({ name: "erp", kind: "ERP", adapter: "business-central" }),
        expect.objectContaining({ name: "wms", kind: "WMS", adapter: "shipbob" }),
        expect.objectContaining({ name: "finance", kind: "FINANCE", adapter: "xero" }),
        expect.objectContaining({ name: "tax", kind: "TAX", adapter: "avatax" }),
        expect.objectContaining({ name: "carrier", kind: "CARRIER", adapter: "easypost" }),
      ]);
      for (const { callBudgetPerMinute, lanes } of await sourcesNow()) {
        expect(callBudgetPerMinute).toBeGreaterThan(0);
        expect(lanes.map(({ lane }) => lane)).toEqual(LANES);
      }
    });

    test("the calls of the last minute are those that the source has counted, and those before them", async () => {
      const before = await sourcesNow();
      await stack.sandbox.resetCalls();
      await readNames(MAX_AGE_SECONDS);
      const counted = await stack.sandbox.calls();
      expect(counted.erp.total).toBeGreaterThan(0);
      const after = await sourcesNow();
      for (const [at, { total }] of [counted.erp, counted.wms, counted.finance].entries()) {
        const told = after[at]?.callsLastMinute;
        expect(told).toBeGreaterThanOrEqual(total);
        // Of those before, some may be longer ago by now.
        expect(told).toBeLessThanOrEqual((before[at]?.callsLastMinute ?? 0) + total);
      }
    });

    test("what is asked again and answered without the source raises the hit ratio", async () => {
      const before = (await erpNow())?.cacheHitRatio ?? 0;
      for (let round = 0; round < ROUNDS; round += 1) await readNames();
      const after = (await erpNow())?.cacheHitRatio ?? 0;
      expect(after).toBeGreaterThan(before);
      expect(after).toBeLessThanOrEqual(1);
    });

    test("a source that got slow is seen to be slow", async () => {
      await stack.sandbox.fault({ source: "erp", kind: "slow", latencyMs: SLOW_MS });
      await readNames(MAX_AGE_SECONDS);
      const erp = await erpNow();
      expect(erp?.latencyP99Ms).toBeGreaterThanOrEqual(SLOW_MS);
      expect(erp?.latencyP50Ms).toBeLessThanOrEqual(erp?.latencyP99Ms ?? 0);
    });

    test("what the source refused is counted as rejected", async () => {
      await stack.sandbox.resetCalls();
      const before = (await erpNow())?.rejectedLastMinute ?? 0;
      await stack.sandbox.fault({ source: "erp", kind: "rateLimit", times: 1 });
      await readNames(MAX_AGE_SECONDS);
      const { erp } = await stack.sandbox.calls();
      expect(erp.rejected).toBeGreaterThan(0);
      const now = (await erpNow())?.rejectedLastMinute ?? 0;
      expect(now - before).toBeGreaterThanOrEqual(erp.rejected);
    });
  });
}
