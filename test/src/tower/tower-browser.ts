import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";

/** Debian's; CHROMIUM names another one. */
const DEFAULT_CHROMIUM = "/usr/bin/chromium";

export type Look = {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
};

/** A page of the tower, with what went wrong in it so far. */
export type TowerPage = {
  readonly page: Page;
  /** Errors of scripts, of the console and of the page's security policy. */
  readonly faults: readonly string[];
};

/** A real browser without a window. */
export interface TowerBrowser extends AsyncDisposable {
  /** Opens a path of the tower, signed in by the token. Each has a session of its own. */
  open(path: string, token: string, look?: Look): Promise<TowerPage>;
}

/**
 * @param url where the program is
 * @throws when there is no Chromium
 */
export async function openBrowser(url: string): Promise<TowerBrowser> {
  const executablePath = process.env["CHROMIUM"] ?? DEFAULT_CHROMIUM;
  if (!existsSync(executablePath)) {
    throw new Error(`There is no ${executablePath}: apt-get install chromium, or set CHROMIUM.`);
  }
  // Without a sandbox of its own, which it cannot have in a container where it runs as root.
  const browser: Browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  return {
    async open(path, token, { width = 1440, height = 900, scheme = "light" } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: scheme,
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") faults.push(message.text());
      });
      await page.goto(`${url}${path}#token=${token}`);
      await page.locator(".connection[data-kind=live]").waitFor();
      return { page, faults };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
