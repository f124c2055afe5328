import { SubmitOrderDocument } from "../../generated/operations.ts";
import { world } from "../../src/contract-prices.ts";
import { untilHistoryIsRead } from "../../src/history.ts";
import { anOrder } from "../../src/placing-orders.ts";
import type { Stack } from "../../src/stack.ts";
import { tally, type Tally } from "./tally.ts";

/** How the program takes orders, as a client measures it, and what the ERP has of them in the end. */
export type OutageReport = {
  readonly up: Tally;
  readonly down: Tally;
  /** Of the orders that were acknowledged: those of which the ERP has none, and more than one. */
  readonly lost: number;
  readonly doubled: number;
  /** From the ERP's return until it had all of them. */
  readonly caughtUpMs: number;
  /** While it was away and orders came, in milliseconds since 1970. */
  readonly away: { readonly fromMs: number; readonly toMs: number };
};

const PER_SECOND = 20;
const CAUGHT_UP_MS = 900_000;
const LOOK_AGAIN_MS = 500;
const FOREVER_MS = 3_600_000;

/**
 * Orders of many accounts at a steady rate, each sent at its time whether the one before is answered or
 * not: first with the ERP there, then while it is away. Each account has ordered once before.
 * @throws {Error} the ERP does not have all of them fifteen minutes after it came back
 */
export async function measureOutage(
  stack: Stack,
  seconds: { readonly up: number; readonly down: number },
): Promise<OutageReport> {
  const token = await stack.token("operator");
  await untilHistoryIsRead(stack);
  const accounts = world.customers.filter(({ blocked }) => blocked === "none").slice(0, ACCOUNTS);
  const acknowledged: string[] = [];

  const place = async (at: number): Promise<{ readonly tookMs: number; readonly code: string }> => {
    const input = anOrder(accounts[at % accounts.length]?.number ?? "");
    const startedMs = performance.now();
    const { data, errors } = await stack.query(SubmitOrderDocument, { input }, token);
    const tookMs = performance.now() - startedMs;
    const { command, userErrors } = data?.submitOrder ?? {};
    if (command != null) {
      acknowledged.push(input.customerReference ?? "");
      return { tookMs, code: "ACKNOWLEDGED" };
    }
    return { tookMs, code: userErrors?.[0]?.code ?? JSON.stringify(errors) };
  };
  const placeSteadily = async (forSeconds: number): Promise<Tally> =>
    tally(
      await Promise.all(
        Array.from({ length: forSeconds * PER_SECOND }, async (_, at) => {
          await sleep((at * 1_000) / PER_SECOND);
          return place(at);
        }),
      ),
    );

  for (const at of accounts.keys()) await place(at);
  const up = await placeSteadily(seconds.up);
  await stack.sandbox.fault({ source: "erp", kind: "down", forMs: FOREVER_MS });
  const fromMs = Date.now();
  const down = await placeSteadily(seconds.down);
  const away = { fromMs, toMs: Date.now() };
  await stack.sandbox.clearFaults();
  const backMs = performance.now();
  for (;;) {
    const counts = await stack.sandbox.countEach("erp", "salesOrder", acknowledged);
    const caughtUpMs = performance.now() - backMs;
    const lost = counts.filter((count) => count === 0).length;
    const doubled = counts.filter((count) => count > 1).length;
    if (lost === 0 || caughtUpMs > CAUGHT_UP_MS) {
      return { up, down, lost, doubled, caughtUpMs, away };
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

const ACCOUNTS = 60;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
