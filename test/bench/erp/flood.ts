import { setTimeout as sleep } from "node:timers/promises";
import { CommandTimesDocument, type CommandTimesQuery } from "../../generated/operations.ts";
import { world } from "../../src/contract-prices.ts";
import { readMetric } from "../../src/metrics.ts";
import { anOrder, placeOrder } from "../../src/placing-orders.ts";
import type { Stack } from "../../src/stack.ts";
import { until } from "../../src/until.ts";
import { tally, type Tally } from "../outage/tally.ts";
import { openPortal, type Portal } from "./portal.ts";
import { countCalls, type SourceCounts } from "./source-counts.ts";

/**
 * How commands fare with nobody looking at anything, beside looks that are answered from what is kept, and beside as many
 * that all go to the sources: the first two differ by what this machine is kept busy, the last two by what the sources are.
 */
export type Flood = {
  readonly quiet: Writing;
  readonly beside: Writing;
  readonly flooded: Writing;
  readonly looks: Tally;
};

/** From acceptance until it is done, for the same number of each. */
export type Writing = {
  /** As the ERP has them. */
  readonly orders: Tally;
  /** As finance has them. */
  readonly invoices: Tally;
  /** What a call of theirs waited for its turn, on average: the part of a time that lanes decide. */
  readonly waitedMs: Readonly<Record<keyof typeof TYPES, number>>;
  /** Commands that needed more than one try. */
  readonly triedAgain: number;
  readonly counts: SourceCounts;
};

type Command = CommandTimesQuery["commands"]["edges"][number]["node"];

const TYPES = { orders: "orders.submitOrder", invoices: "billing.raiseInvoice" } as const;
const WRITES = {
  orders: { source: "erp", lane: "command" },
  invoices: { source: "finance", lane: "posting" },
} as const;
const LOOKS_PER_SECOND = 100;
/** So young is nothing that was read before: each look asks its sources. */
const MAX_AGE_SECONDS = 1;
/** The orders of a run are worth far less. */
const AMPLE_CREDIT = 10_000;
/** 15 bills a minute: the part of finance's 60 calls that is posting's own bears them whatever is looked at. */
const MS_PER_ORDER = 4_000;
const WAREHOUSE_SPEED = 2_000;
const BILLED_MS = 300_000;
const BETWEEN_MS = 61_000;
/** The flood begins before the first order and outlasts the last invoice. */
const FLOOD_AROUND_SECONDS = 15;
const MS_PER_SECOND = 1_000;

/** @param seconds of steady orders, each of which is shipped and billed at once */
export async function measureFlood(
  seconds: number,
  variables: Readonly<Record<string, string>>,
): Promise<Flood> {
  await using portal = await openPortal({ speed: WAREHOUSE_SPEED, variables });
  await write(portal, 2); // what is remembered of an account is read for its first order
  await sleep(BETWEEN_MS);
  const quiet = await write(portal, seconds);
  const writeBeside = async (maxAgeSeconds?: number) => {
    await sleep(BETWEEN_MS);
    const lasting = seconds + 2 * FLOOD_AROUND_SECONDS;
    const looks = portal.look(LOOKS_PER_SECOND, lasting, 1, maxAgeSeconds);
    await sleep(FLOOD_AROUND_SECONDS * MS_PER_SECOND);
    const writing = await write(portal, seconds);
    return { writing, looks: tally((await looks).looks) };
  };
  const { writing: beside } = await writeBeside();
  const { writing: flooded, looks } = await writeBeside(MAX_AGE_SECONDS);
  return { quiet, beside, flooded, looks };
}

/** @throws {Error} an order is not billed five minutes after the last one was placed */
async function write({ stack }: Portal, seconds: number): Promise<Writing> {
  const operator = await stack.token("operator");
  const accounts = world.customers.filter(
    ({ blocked, creditLimit }) => blocked === "none" && Number(creditLimit) >= AMPLE_CREDIT,
  );
  const from = new Date().toISOString();
  const counted = await countCalls(stack);
  const waited = await measureWaits(stack);
  const count = Math.ceil((seconds * MS_PER_SECOND) / MS_PER_ORDER);
  for (let at = 0; at < count; at += 1) {
    const { number = "" } = accounts[at % accounts.length] ?? {};
    await Promise.all([placeOrder(stack, anOrder(number), operator), sleep(MS_PER_ORDER)]);
  }
  const [orders, invoices] = await Promise.all(
    [TYPES.orders, TYPES.invoices].map((type) =>
      until(
        async () => {
          const { commands } = await stack.ask(CommandTimesDocument, { type, from }, operator);
          return commands.edges.map(({ node }) => node);
        },
        (all) => all.filter(({ completedAt }) => completedAt !== null).length >= count,
        BILLED_MS,
      ),
    ),
  );
  return {
    orders: timesOf(orders ?? []),
    invoices: timesOf(invoices ?? []),
    triedAgain: [...(orders ?? []), ...(invoices ?? [])].filter(({ attempts }) => attempts > 1)
      .length,
    waitedMs: await waited(),
    counts: await counted(),
  };
}

/** Begins to measure. @returns what a call has waited on average since then */
async function measureWaits(stack: Stack): Promise<() => Promise<Writing["waitedMs"]>> {
  const read = async (of: keyof typeof WRITES) => {
    const [seconds, calls] = await Promise.all(
      ["sum", "count"].map((part) =>
        readMetric(stack.url, `crossdock_source_wait_seconds_${part}`, WRITES[of]),
      ),
    );
    return { seconds: seconds ?? 0, calls: calls ?? 0 };
  };
  const readAll = async () => ({ orders: await read("orders"), invoices: await read("invoices") });
  const before = await readAll();
  return async () => {
    const after = await readAll();
    const meanMs = (of: keyof typeof WRITES) => {
      const calls = after[of].calls - before[of].calls;
      const seconds = after[of].seconds - before[of].seconds;
      return calls === 0 ? 0 : (seconds * MS_PER_SECOND) / calls;
    };
    return { orders: meanMs("orders"), invoices: meanMs("invoices") };
  };
}

function timesOf(commands: readonly Command[]): Tally {
  return tally(
    commands.map(({ status, acceptedAt, completedAt }) => ({
      code: status,
      tookMs: Date.parse(completedAt ?? "") - Date.parse(acceptedAt),
    })),
  );
}
