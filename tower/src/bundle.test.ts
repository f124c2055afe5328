import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const DIST = join(__dirname, "../dist");
const KIB = 1_024;
/** What a first visit loads, compressed: a laptop on a slow line has it within two seconds. */
const BUDGET_KIB = { js: 200, css: 8 } as const;

/** These need `npm run build`, which `npm ci` does. */
test.each(["js", "css"] as const)("the page's %s stays within its budget", (kind) => {
  const files = readdirSync(join(DIST, "assets")).filter((file) => file.endsWith(`.${kind}.br`));
  const bytes = files.reduce((sum, file) => sum + statSync(join(DIST, "assets", file)).size, 0);
  expect(files.length).toBeGreaterThan(0);
  expect(bytes / KIB).toBeLessThan(BUDGET_KIB[kind]);
});

test("the page loads from this server only, and has neither script nor style in itself", () => {
  const page = readFileSync(join(DIST, "index.html"), "utf8");
  const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = ""]) => address);
  expect(loaded.every((address) => address.startsWith("/tower/"))).toBe(true);
  expect(page).not.toMatch(/<style|<script(?![^>]*src=)/);
});
