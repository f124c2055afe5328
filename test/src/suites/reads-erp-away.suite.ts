import { SourcesDocument } from "../../generated/operations.ts";
import { world } from "../contract-prices.ts";
import { untilHistoryIsRead } from "../history.ts";
import {
  PAGE_NAMES,
  provenancesOf,
  readPortal,
  withoutAge,
  type PageName,
  type PortalPages,
} from "../portal-pages.ts";
import type { Stack } from "../stack.ts";
import { until } from "../until.ts";

const CUSTOMER = "C10010";
const SKUS = ["NG-10001", "NG-10003", "NG-10004"];
/** Nothing may be shown of it that was known before without saying so. */
const AS_NOW_SECONDS = 1;
const SECOND_MS = 1_000;
const AWAY_MS = 3_600_000;
const SEEN_WITHIN_MS = 60_000;
/** What of a page comes from the ERP. */
const OF_THE_ERP: Readonly<Record<PageName, boolean>> = {
  catalogue: true,
  prices: true,
  stock: false,
  orders: true,
  order: true,
  invoices: false,
};

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param open a stack in which nothing is ordered; the ERP is taken away from it, and given back */
export function erpAwaySuite(open: () => Stack): void {
  describe("while the ERP is away", () => {
    let stack: Stack;
    let portal: string;
    let operator: string;
    let before: PortalPages;
    let wentAt: string;

    beforeAll(async () => {
      stack = open();
      [portal, operator] = await Promise.all([
        stack.token("portal", CUSTOMER),
        stack.token("operator"),
      ]);
      await untilHistoryIsRead(stack);
      before = await readPages();
      wentAt = new Date().toISOString();
      await stack.sandbox.fault({ source: "erp", kind: "down", forMs: AWAY_MS });
      // What a feed has looked at just before is as it is now for so long.
      await sleep(2 * AS_NOW_SECONDS * SECOND_MS);
    });
    afterAll(() => stack.sandbox.clearFaults());

    const billed = world.pastOrders.findLast(
      ({ open: isOpen, customerNumber }) => !isOpen && customerNumber === CUSTOMER,
    );
    const readPages = (maxAgeSeconds?: number) =>
      readPortal(stack, portal, { skus: SKUS, orderNumber: billed?.number ?? "" }, maxAgeSeconds);
    const eachPage = (of: (name: PageName) => unknown) =>
      Object.fromEntries(PAGE_NAMES.map((name) => [name, of(name)]));
    const errorsOf = (pages: PortalPages) => eachPage((name) => pages[name].errors);
    const valuesOf = (pages: PortalPages) => eachPage((name) => withoutAge(pages[name].data));
    const none = eachPage(() => []);
    /** Which sources' values were told to be STALE. */
    const staleOf = (pages: PortalPages) =>
      eachPage((name) => {
        const stale = provenancesOf(pages[name]).filter(({ freshness }) => freshness === "STALE");
        return [...new Set(stale.map(({ source }) => source))];
      });
    const fromErp = eachPage((name) => (OF_THE_ERP[name] ? ["erp"] : []));
    const stateOf = async () => {
      const { sources } = await stack.ask(SourcesDocument, {}, operator);
      return Object.fromEntries(sources.map(({ name, state }) => [name, state]));
    };

    test("every page is answered as before, without an error", async () => {
      const pages = await readPages();
      expect(errorsOf(pages)).toEqual(none);
      expect(valuesOf(pages)).toEqual(valuesOf(before));
    });

    test("who wants it as it is now is told what is not: STALE, and since when it is known", async () => {
      const pages = await readPages(AS_NOW_SECONDS);
      expect(errorsOf(pages)).toEqual(none);
      expect(staleOf(pages)).toEqual(fromErp);
      for (const name of PAGE_NAMES) {
        const told = provenancesOf(pages[name]);
        expect(told.length).toBeGreaterThan(0);
        for (const { source, asOf, freshness } of told) {
          expect([source, freshness === "STALE"]).toEqual([source, source === "erp"]);
          if (source === "erp") expect(asOf < wentAt).toBe(true);
        }
      }
      expect(valuesOf(pages)).toEqual(valuesOf(before));
    });

    test("an answer says once which source was away, and since when what it shows is known", async () => {
      const pages = await readPages(AS_NOW_SECONDS);
      for (const name of PAGE_NAMES) {
        const oldest = provenancesOf(pages[name])
          .filter(({ freshness }) => freshness === "STALE")
          .map(({ asOf }) => asOf)
          .sort()[0];
        const expected =
          oldest === undefined
            ? undefined
            : [{ source: "erp", since: expect.any(String), message: expect.any(String) }];
        expect([name, pages[name].extensions["stale"]]).toEqual([name, expected]);
        const [note] = (pages[name].extensions["stale"] ?? []) as readonly { since: string }[];
        if (note !== undefined) expect(note.since <= (oldest ?? "")).toBe(true);
      }
    });

    test("operators see that only the ERP is away", async () => {
      const seen = await until(
        async () => {
          await readPages(AS_NOW_SECONDS);
          return stateOf();
        },
        (states) => states["erp"] === "OPEN",
        SEEN_WITHIN_MS,
      );
      const { erp, ...others } = seen;
      expect([erp, ...new Set(Object.values(others))]).toEqual(["OPEN", "CLOSED"]);
    });

    test("when it is back everything is fresh again by itself", async () => {
      const backAt = new Date().toISOString();
      await stack.sandbox.clearFaults();
      const pages = await until(
        () => readPages(AS_NOW_SECONDS),
        (seen) => JSON.stringify(staleOf(seen)) === JSON.stringify(none),
        SEEN_WITHIN_MS,
      );
      expect(errorsOf(pages)).toEqual(none);
      for (const { asOf } of provenancesOf(pages.catalogue)) expect(asOf > backAt).toBe(true);
      await until(stateOf, (states) => states["erp"] === "CLOSED", SEEN_WITHIN_MS);
    });
  });
}
