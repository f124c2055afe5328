import { openCuttableLink } from "../cuttable-link.ts";
import { openBrowser } from "./tower-browser.ts";
import { CUSTOMER, DONE_MS, rowOf, TEST_MS, type TowerScene } from "./tower-scene.ts";

/** Nobody else's orders have them. */
const ITEMS = ["NG-10011", "NG-10012"] as const;

/** The network between the page and the program breaks. */
export function connectionSuite(scene: () => TowerScene): void {
  test(
    "a connection that was cut is said to be, comes back, and what happened meanwhile is there",
    async () => {
      const { stack, held, operator } = scene();
      await using link = await openCuttableLink(stack.url);
      await using browser = await openBrowser(link.url);
      const [before, meanwhile] = ITEMS.map((sku) => ({ customer: CUSTOMER, sku }));
      if (before === undefined || meanwhile === undefined) throw new Error("There are two items.");
      const [first] = await held.blocked(before);
      const { page } = await browser.open("/tower/exceptions", operator);
      await rowOf(page, first?.orderId ?? "").waitFor({ timeout: DONE_MS });

      link.close();
      await page.locator(".connection[data-kind=lost]").waitFor();
      await page.getByText("stale since").waitFor();
      const [second] = await held.blocked(meanwhile);
      expect(await rowOf(page, second?.orderId ?? "").count()).toBe(0);
      link.open();
      await page.locator(".connection[data-kind=live]").waitFor();
      await rowOf(page, second?.orderId ?? "").waitFor({ timeout: DONE_MS });
      expect(await rowOf(page, first?.orderId ?? "").count()).toBe(1);
      expect(await page.getByRole("alert").count()).toBe(0);
    },
    TEST_MS,
  );
}
