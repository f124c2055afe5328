import { AvailabilityOfSkusDocument } from "../../generated/operations.ts";
import { world } from "../contract-prices.ts";
import { untilHistoryIsRead } from "../history.ts";
import { provenancesOf } from "../portal-pages.ts";
import type { Stack } from "../stack.ts";
import { until } from "../until.ts";

const CUSTOMER = "C10011";
/** Two that nobody else looks at, and one before them: by it is known which warehouses there are. */
const [KNOWN = "", ...SKUS] = world.items.slice(-9, -6).map(({ sku }) => sku);
const AS_NOW_SECONDS = 1;
const SECOND_MS = 1_000;
const AWAY_MS = 3_600_000;
const BACK_WITHIN_MS = 60_000;

/** @param open a stack that stands still; the warehouse is taken away from it, and given back */
export function warehouseAwaySuite(open: () => Stack): void {
  describe("while the warehouse is away", () => {
    let stack: Stack;
    let portal: string;
    let wentAt: string;

    beforeAll(async () => {
      stack = open();
      portal = await stack.token("portal", CUSTOMER);
      await untilHistoryIsRead(stack);
      await readStock([KNOWN]);
      wentAt = new Date().toISOString();
      await stack.sandbox.fault({ source: "wms", kind: "down", forMs: AWAY_MS });
      // What the feed has read just before is as it is now for so long.
      await new Promise((resolve) => setTimeout(resolve, 2 * AS_NOW_SECONDS * SECOND_MS));
    });
    afterAll(() => stack.sandbox.clearFaults());

    const readStock = async (skus: readonly string[], maxAgeSeconds?: number) => {
      const answer = await stack.query(AvailabilityOfSkusDocument, { skus }, portal, maxAgeSeconds);
      expect(answer.errors).toEqual([]);
      const told = provenancesOf(answer);
      return {
        figures: answer.data?.availability.map(({ product, warehouse, onHand }) =>
          [product.sku, warehouse.code, onHand.value].join(" "),
        ),
        freshness: [...new Set(told.map(({ freshness }) => freshness))],
        newest:
          told
            .map(({ asOf }) => asOf)
            .sort()
            .at(-1) ?? "",
      };
    };

    test("items that nobody has looked at are told from the book, and are the same when it is back", async () => {
      const cached = await readStock(SKUS);
      expect(cached.figures).toHaveLength(SKUS.length * world.warehouses.length);
      expect([cached.freshness, cached.newest < wentAt]).toEqual([["CACHED"], true]);

      const stale = await readStock(SKUS, AS_NOW_SECONDS);
      expect([stale.freshness, stale.newest]).toEqual([["STALE"], cached.newest]);
      expect(stale.figures).toEqual(cached.figures);

      await stack.sandbox.clearFaults();
      const back = await until(
        () => readStock(SKUS, AS_NOW_SECONDS),
        ({ freshness }) => !freshness.includes("STALE"),
        BACK_WITHIN_MS,
      );
      expect(back.newest > wentAt).toBe(true);
      expect(back.figures).toEqual(cached.figures);
    });
  });
}
