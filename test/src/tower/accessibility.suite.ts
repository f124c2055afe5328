import axe from "axe-core";
import type { Page } from "playwright-core";
import { CUSTOMER, DONE_MS, rowOf, TEST_MS, type TowerScene } from "./tower-scene.ts";

/** Nobody else's orders have it. */
const ITEM = "NG-10006";
const BOARDS = ["flow", "exceptions", "sources", "partners", "reconciliation", "transaction"];

/** Everybody can read every board, on every screen. */
export function accessibilitySuite(scene: () => TowerScene): void {
  let orderId: string;
  beforeAll(async () => {
    const [order] = await scene().held.blocked({ customer: CUSTOMER, sku: ITEM });
    orderId = order?.orderId ?? "";
  }, TEST_MS);

  test.each(["light", "dark"] as const)(
    "no board has a violation in the %s theme",
    async (scheme) => {
      const { page, faults } = await scene().browser.open("/tower", scene().operator, { scheme });
      await page.evaluate(`${axe.source}; undefined`);
      const found: unknown[] = [];
      for (const [index, board] of BOARDS.entries()) {
        await page.keyboard.press(String(index + 1));
        await page.locator(`main[aria-label="${headingOf(board)}"]`).waitFor();
        if (board === "exceptions") {
          await rowOf(page, orderId).click({ timeout: DONE_MS });
          await page.getByRole("heading", { name: "Item blocked" }).waitFor();
        }
        await page.waitForLoadState("networkidle");
        found.push(...(await violations(page, board)));
      }
      expect(found).toEqual([]);
      expect(faults).toEqual([]);
    },
    TEST_MS,
  );

  test(
    "a phone has every board within its width",
    async () => {
      const { page } = await scene().browser.open("/tower", scene().operator, {
        width: 390,
        height: 844,
      });
      for (const [index, board] of BOARDS.entries()) {
        await page.keyboard.press(String(index + 1));
        await page.locator(`main[aria-label="${headingOf(board)}"]`).waitFor();
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
        expect([board, wide]).toEqual([board, 390]);
      }
    },
    TEST_MS,
  );
}

const headingOf = (board: string) => board.charAt(0).toUpperCase() + board.slice(1);

type AxeResult = {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
};

async function violations(page: Page, board: string): Promise<readonly unknown[]> {
  const { violations: all } = await page.evaluate<AxeResult>("axe.run()");
  return all.map(({ id, nodes }) => ({
    board,
    id,
    where: nodes.slice(0, 3).map(({ html }) => html),
  }));
}
