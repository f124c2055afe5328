import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  ReconciliationResultDocument,
  RunReconciliationDocument,
} from "../../generated/operations.ts";
import { ROOT } from "../program.ts";
import { startStack, type Stack } from "../stack.ts";
import { until } from "../until.ts";
import { seedTower } from "./seed-tower.ts";
import { openBrowser, type TowerBrowser } from "./tower-browser.ts";

/** `npm run screenshots`: pictures of the boards for docs/tower.md, of a running program with the demo's data. */
const FOLDER = join(ROOT, "docs/tower");
const LAPTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const SETTLED_MS = 2_500;
const RUN_MS = 120_000;
const MAX_BYTES = 200_000;
const MINUTE_MS = 60_000;

await using stack = await startStack({ pastOrders: "all" });
const operator = await stack.token("operator");
const { orderId } = await seedTower(stack);
const runId = await compare(stack);
// The chart of the flow has a sample for each minute.
await new Promise((resolve) => setTimeout(resolve, MINUTE_MS));
await mkdir(FOLDER, { recursive: true });
await using browser = await openBrowser(stack.url);
const boards = [
  ["flow", "/tower/flow"],
  ["exceptions", "/tower/exceptions"],
  ["sources", "/tower/sources"],
  ["partners", "/tower/partners"],
  ["reconciliation", `/tower/reconciliation/${runId}?scope=ORDER_STATUS`],
  ["transaction", `/tower/transaction/${orderId}`],
] as const;
for (const [name, path] of boards) {
  await picture(browser, path, `${name}-1440-light`, { ...LAPTOP, scheme: "light" });
  await picture(browser, path, `${name}-1440-dark`, { ...LAPTOP, scheme: "dark" });
  await picture(browser, path, `${name}-390-light`, { ...PHONE, scheme: "light" });
}
await picture(
  browser,
  "/tower/exceptions",
  "exception-390-dark",
  { ...PHONE, scheme: "dark" },
  true,
);
await picture(
  browser,
  "/tower/exceptions",
  "exception-1440-light",
  { ...LAPTOP, scheme: "light" },
  true,
);

/** @param opens whether the first exception is opened before */
async function picture(
  from: TowerBrowser,
  path: string,
  name: string,
  look: Parameters<TowerBrowser["open"]>[2],
  opens = false,
): Promise<void> {
  const { page } = await from.open(path, operator, look);
  if (opens) {
    await page.locator(".grid-body [role=row]").first().click();
    await page.getByText("What to do:").waitFor();
  }
  await page.waitForTimeout(SETTLED_MS);
  const file = join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file });
  const { size } = await stat(file);
  if (size > MAX_BYTES) throw new Error(`${file} has ${String(size)} bytes.`);
  await page.context().close();
}

/** @returns the id of a run that is over */
async function compare(of: Stack): Promise<string> {
  const scope = "ORDER_STATUS";
  const { runReconciliation } = await of.ask(RunReconciliationDocument, { scope }, operator);
  const { id } = runReconciliation;
  await until(
    () => of.ask(ReconciliationResultDocument, { id }, operator),
    ({ reconciliation }) => reconciliation?.status !== "RUNNING",
    RUN_MS,
  );
  return id;
}
