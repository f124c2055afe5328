import { sql } from "kysely";
import { OrderStatusDocument } from "../../generated/operations.ts";
import { anOrder, placeOrder, untilDone } from "../placing-orders.ts";
import { CUSTOMER, DONE_MS, TEST_MS, type TowerScene } from "./tower-scene.ts";

/** Of an order that the sandbox had before. */
const PAST_BILL = "SO-0000030-1";

/** What an operator does on the boards of sources, partners, reconciliation and transactions. */
export function boardsSuite(scene: () => TowerScene): void {
  test(
    "a paused ERP lane is shown and holds an order, which goes on when it is resumed",
    async () => {
      const { stack, browser, operator, portal } = scene();
      const { page } = await browser.open("/tower/sources", operator);
      await page.getByRole("button", { name: "Pause lane of erp" }).click();
      await page.getByLabel("Why").fill("Month end");
      await page.getByRole("button", { name: "Pause", exact: true }).click();
      await page.getByText("Lane paused").waitFor();
      const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
      const paused = page.getByRole("row").filter({ hasText: "Month end" });
      await paused.getByText("1", { exact: true }).waitFor();
      const before = await stack.ask(OrderStatusDocument, { id: order.orderId }, portal);
      expect(before.order?.status).toBe("SUBMITTED");
      expect(await stack.sandbox.count("erp", "salesOrder", order.reference)).toBe(0);

      await page.getByRole("button", { name: "Resume lane erp" }).click();
      await page.getByRole("button", { name: "Resume", exact: true }).last().click();
      await untilDone(stack, order, operator, DONE_MS);
      await page.getByText("Lane paused").waitFor({ state: "detached" });
    },
    TEST_MS,
  );

  test(
    "a partner that is paused is answered nothing, and is answered again when it is resumed",
    async () => {
      const { stack, browser, operator } = scene();
      const partner = { clientId: "toolshop", name: "Toolshop", customers: [CUSTOMER] };
      const made = await fetch(`${stack.url}/partners`, {
        method: "POST",
        headers: { authorization: `Bearer ${operator}`, "content-type": "application/json" },
        body: JSON.stringify(partner),
      });
      const { key } = (await made.json()) as { readonly key: { readonly text: string } };
      const isAnswered = async () => {
        const query = '{"query":"{ orders(first: 1) { totalCount } }"}';
        return (await stack.post(query, key.text)).errors.length === 0;
      };
      expect(await isAnswered()).toBe(true);
      const { page } = await browser.open("/tower/partners", operator);
      await page.getByRole("button", { name: "Pause Toolshop" }).click();
      await page.getByLabel("Why").fill("It floods us");
      await page.getByRole("button", { name: "Pause", exact: true }).click();
      await page.getByRole("button", { name: "Resume Toolshop" }).waitFor();
      expect(await isAnswered()).toBe(false);
      await page.getByRole("button", { name: "Resume Toolshop" }).click();
      await page.getByRole("button", { name: "Resume", exact: true }).click();
      await page.getByRole("button", { name: "Pause Toolshop" }).waitFor();
      expect(await isAnswered()).toBe(true);
    },
    TEST_MS,
  );

  test(
    "systems are compared now, and what may be repaired safely is",
    async () => {
      const { ledger, browser, operator } = scene();
      // As if nobody had told us of it: sweeps have long been past it.
      await sql`delete from invoice_book where invoice ->> 'number' = ${PAST_BILL}`.execute(
        ledger.db,
      );

      const { page } = await browser.open("/tower/reconciliation?scope=INVOICE_TOTALS", operator);
      await page.getByRole("button", { name: "Compare now" }).click();
      const found = page.getByRole("row").filter({ hasText: PAST_BILL }).first();
      await found.waitFor({ timeout: DONE_MS });
      await page.getByRole("button", { name: "Repair" }).click();
      await page.getByText(/[1-9]\d* repaired, 0 refused, 0 left/).waitFor();
      await found.getByText("Repaired").waitFor({ timeout: DONE_MS });
    },
    TEST_MS,
  );

  test(
    "a transaction's timeline has a lane for every system that had a part in it",
    async () => {
      const { stack, browser, operator, portal } = scene();
      const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
      const { page } = await browser.open(`/tower/transaction/${order.orderId}`, operator);
      const lanes = page.getByRole("group", { name: "Timeline" }).locator(".lane-name");
      await page.getByRole("group", { name: "finance", exact: true }).waitFor({ timeout: DONE_MS });
      const names = (await lanes.allTextContents()).filter((name) => name !== "");
      expect(names).toEqual(expect.arrayContaining(["crossdock", "erp", "wms", "finance", "tax"]));
      const first = page.locator(".bar-step[tabindex='0']");
      await first.focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowDown");
      await page.waitForURL(/step=/);
      expect(await page.locator(".bar-step[aria-pressed='true']").count()).toBe(1);
      expect(
        await page.getByRole("region", { name: "Steps" }).first().getByRole("row").count(),
      ).toBeGreaterThan(8);
    },
    TEST_MS,
  );
}
