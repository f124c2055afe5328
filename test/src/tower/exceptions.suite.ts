import { OrderBlockersDocument } from "../../generated/operations.ts";
import { untilDone } from "../placing-orders.ts";
import { until } from "../until.ts";
import { CUSTOMER, DONE_MS, rowOf, TEST_MS, type TowerScene } from "./tower-scene.ts";

const SEEN_WITHIN_MS = 5_000;
/** Nobody else's orders have them. */
const ITEMS = {
  edited: "NG-10003",
  byKeyboard: "NG-10005",
  resolved: "NG-10008",
  skipped: "NG-10009",
  first: "NG-10001",
  second: "NG-10002",
};

/** What an operator does with what waits for a person. */
export function exceptionsSuite(scene: () => TowerScene): void {
  test(
    "a failure appears within five seconds, is edited and tried again, and is gone",
    async () => {
      const { stack, browser, held, operator } = scene();
      const { page, faults } = await browser.open("/tower/exceptions", operator);
      const [order] = await held.blocked({ customer: CUSTOMER, sku: ITEMS.edited });
      if (order === undefined) throw new Error("No order was held.");
      const row = rowOf(page, order.orderId);
      await row.waitFor({ timeout: DONE_MS });
      const seenAt = Date.now();
      const openedAt = await row.locator("time").first().getAttribute("datetime");
      expect(seenAt - Date.parse(openedAt ?? "")).toBeLessThan(SEEN_WITHIN_MS);

      await row.click();
      await page.getByRole("heading", { name: "Item blocked" }).waitFor();
      await page.getByText("Unblock the item in the ERP").waitFor();
      await held.clerk.blockItem(ITEMS.edited, false);
      await page.getByRole("button", { name: "Edit and retry" }).click();
      const reference = `${order.reference}-B`;
      await page.getByLabel("Customer reference").fill(reference);
      await page.getByLabel("Why").fill("The buyer has another number for it.");
      await page.getByRole("button", { name: "Save and retry" }).click();
      await row.waitFor({ state: "detached", timeout: DONE_MS });
      await untilDone(stack, order, operator, DONE_MS);
      expect(await stack.sandbox.count("erp", "salesOrder", reference)).toBe(1);
      expect(faults).toEqual([]);
    },
    TEST_MS,
  );

  test(
    "one exception is found, read and retried with the keyboard alone",
    async () => {
      const { stack, browser, held, operator } = scene();
      const [order] = await held.blocked({ customer: CUSTOMER, sku: ITEMS.byKeyboard });
      if (order === undefined) throw new Error("No order was held.");
      const { page } = await browser.open("/tower", operator);
      await page.keyboard.press("2");
      await rowOf(page, order.orderId).waitFor({ timeout: DONE_MS });
      await held.clerk.blockItem(ITEMS.byKeyboard, false);
      await page.keyboard.press("/");
      await page.keyboard.type(order.orderId);
      await page.waitForFunction(
        `document.querySelectorAll('.grid-body [role="row"]').length === 1`,
      );
      const isOnRow = () =>
        page.evaluate<boolean>(`document.activeElement?.getAttribute("role") === "row"`);
      for (let tabs = 0; tabs < 12 && !(await isOnRow()); tabs += 1)
        await page.keyboard.press("Tab");
      expect(await isOnRow()).toBe(true);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Item blocked" }).waitFor();
      expect(page.url()).toContain("/tower/exceptions/");
      await page.keyboard.press("r");
      await rowOf(page, order.orderId).waitFor({ state: "detached", timeout: DONE_MS });
      await untilDone(stack, order, operator, DONE_MS);
    },
    TEST_MS,
  );

  test(
    "an exception is assigned, and resolved with what was decided",
    async () => {
      const { browser, held, operator } = scene();
      const [order] = await held.blocked({ customer: CUSTOMER, sku: ITEMS.resolved });
      if (order === undefined) throw new Error("No order was held.");
      const { page } = await browser.open("/tower/exceptions", operator);
      const row = rowOf(page, order.orderId);
      await row.click({ timeout: DONE_MS });
      await page.getByRole("button", { name: "Assign …" }).click();
      await page.getByLabel("Person or team").fill("ann");
      await page.getByRole("button", { name: "Assign", exact: true }).click();
      await page.getByRole("button", { name: "Reassign …" }).waitFor();

      await page.getByRole("button", { name: "Resolve …" }).click();
      const resolve = page.getByRole("button", { name: "Resolve", exact: true });
      expect(await resolve.isDisabled()).toBe(true);
      await page.getByLabel("Note").fill("SO-9 was entered by hand.");
      await resolve.click();
      await row.waitFor({ state: "detached", timeout: DONE_MS });
      await page.getByText("SO-9 was entered by hand.").waitFor();
    },
    TEST_MS,
  );

  test(
    "a step that nothing can go on without is not skipped: the dialog says why, and stays",
    async () => {
      const { browser, held, operator } = scene();
      const [order] = await held.blocked({ customer: CUSTOMER, sku: ITEMS.skipped });
      if (order === undefined) throw new Error("No order was held.");
      const { page } = await browser.open("/tower/exceptions", operator);
      await rowOf(page, order.orderId).click({ timeout: DONE_MS });
      await page.getByRole("button", { name: "Skip …" }).click();
      await page.getByLabel("Why").fill("Nobody wants it any more.");
      await page.getByRole("button", { name: "Skip", exact: true }).click();
      await page.getByRole("alert").getByText("Without a sales order in the ERP").waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      expect(await rowOf(page, order.orderId).count()).toBe(1);
    },
    TEST_MS,
  );

  test(
    "several are tried again, or resolved, together",
    async () => {
      const { stack, browser, held, operator } = scene();
      const skus = [ITEMS.first, ITEMS.second];
      const orders = await held.blocked(...skus.map((sku) => ({ customer: CUSTOMER, sku })));
      const { page } = await browser.open("/tower/exceptions", operator);
      const chooseThem = async () => {
        for (const { orderId } of orders) {
          await rowOf(page, orderId).locator(".cell-tick").click({ timeout: DONE_MS });
        }
        await page.getByText("2 exceptions chosen").waitFor();
      };
      await chooseThem();
      await page.getByRole("button", { name: "Retry all" }).click();
      await page.getByRole("button", { name: "Retry all" }).last().click();
      await page.getByText("2 exceptions done.").waitFor();
      // Their items are still blocked: they come back, and are decided.
      const failedTwice = () =>
        stack.ask(OrderBlockersDocument, { id: orders[1]?.orderId ?? "" }, operator);
      await until(failedTwice, ({ order }) => (order?.blockers.length ?? 0) > 0, DONE_MS);
      await chooseThem();
      await page.getByRole("button", { name: "Resolve all …" }).click();
      await page.getByLabel("Note").fill("Both buyers were told.");
      await page.getByRole("button", { name: "Resolve all", exact: true }).click();
      for (const { orderId } of orders) {
        await rowOf(page, orderId).waitFor({ state: "detached", timeout: DONE_MS });
      }
    },
    TEST_MS,
  );
}
