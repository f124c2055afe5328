import { openLedger, type Ledger } from "@crossdock/ledger";
import { createLogger } from "@crossdock/runtime";
import type { Page } from "playwright-core";
import { untilHistoryIsRead } from "../history.ts";
import { createHeldOrders, type HeldOrders } from "../held-orders.ts";
import { createDatabase } from "../own-database.ts";
import { startStack, type Stack } from "../stack.ts";
import { openIdentityProvider, PROVIDER_AUDIENCE } from "./identity-provider.ts";
import { openBrowser, type TowerBrowser } from "./tower-browser.ts";

/** The account of all orders here. */
export const CUSTOMER = "C10010";
export const TEST_MS = 90_000;
export const DONE_MS = 60_000;
/** Bills of before are among them. */
const DAYS_COMPARED = 366;

/** A running program with its page, and somebody at a company's issuer. */
export interface TowerScene extends AsyncDisposable {
  readonly stack: Stack;
  /** The program's own database. */
  readonly ledger: Ledger;
  readonly browser: TowerBrowser;
  readonly held: HeldOrders;
  readonly operator: string;
  readonly portal: string;
}

/** @param server the URL of a database server */
export async function openTowerScene(server: string): Promise<TowerScene> {
  /** What is closed at the end, the last first. */
  const opened: (() => PromiseLike<void>)[] = [];
  const close = async () => {
    for (const each of opened.toReversed()) await each();
  };
  try {
    return { ...(await openAll(server, opened)), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openAll(
  server: string,
  opened: (() => PromiseLike<void>)[],
): Promise<Omit<TowerScene, typeof Symbol.asyncDispose>> {
  const database = await createDatabase(server);
  opened.push(() => database.drop());
  const provider = await openIdentityProvider({
    name: "Kim",
    client_id: "tower",
    scope: "operations:read operations:write orders:read",
  });
  opened.push(() => provider[Symbol.asyncDispose]());
  const { issuer, jwksUrl } = provider;
  const stack = await startStack({
    identity: { issuers: [{ issuer, audience: PROVIDER_AUDIENCE, jwksUrl, role: "operator" }] },
    tower: { signIn: { issuer, clientId: "tower" } },
    operations: { reconciliation: { days: DAYS_COMPARED } },
    variables: { DATABASE_URL: database.url },
  });
  opened.push(() => stack[Symbol.asyncDispose]());
  await untilHistoryIsRead(stack);
  const logger = createLogger({ name: "test", level: "silent" });
  const ledger = await openLedger({
    kind: "postgres",
    url: database.url,
    logger,
    maxConnections: 1,
  });
  opened.push(() => ledger.close());
  const browser = await openBrowser(stack.url);
  opened.push(() => browser[Symbol.asyncDispose]());
  const [operator, portal] = await Promise.all([
    stack.token("operator"),
    stack.token("portal", CUSTOMER),
  ]);
  return {
    stack,
    ledger,
    browser,
    held: createHeldOrders(stack),
    operator,
    portal,
  };
}

/** The row of a list that names it. */
export const rowOf = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });
