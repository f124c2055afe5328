import type { Page } from "playwright-core";
import { TEST_MS, type TowerScene } from "./tower-scene.ts";

/** Who may read the page, and how a person comes to it. */
export function signInSuite(scene: () => TowerScene): void {
  test(
    "nobody reads anything without an operator's rights, and is told so",
    async () => {
      const page = await stranger();
      await page.getByRole("textbox").fill(scene().portal);
      await page.getByRole("button", { name: "Use this token" }).click();
      await page.getByRole("heading", { name: "This page is for operators" }).waitFor();
      expect(await page.getByRole("navigation").count()).toBe(0);
      await page.getByRole("button", { name: "Sign in as somebody else" }).click();
      await page.getByRole("textbox").fill("eyJhbGciOiJub25lIn0.e30.");
      await page.getByRole("button", { name: "Use this token" }).click();
      await page.getByText("Your session has ended").waitFor();
    },
    TEST_MS,
  );

  test(
    "a person signs in at the company's own issuer, and comes back to where they were",
    async () => {
      const page = await stranger("/tower/sources");
      await page.getByRole("button", { name: "Sign in at 127.0.0.1" }).click();
      await page.getByRole("heading", { name: "Sources" }).or(page.getByRole("alert")).waitFor();
      expect(await page.getByRole("alert").allTextContents()).toEqual([]);
      await page.locator(".connection[data-kind=live]").waitFor();
      expect(new URL(page.url()).pathname).toBe("/tower/sources");
      await page.getByText("Kim").waitFor();
    },
    TEST_MS,
  );

  /** The page as somebody sees it who has no token. */
  async function stranger(path = "/tower"): Promise<Page> {
    const { page } = await scene().browser.open(path, scene().operator);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Crossdock tower" }).waitFor();
    return page;
  }
}
