import { setTimeout as sleep } from "node:timers/promises";
import { tally, type Tally } from "../outage/tally.ts";
import { PORTAL_MIX, type PortalKind } from "./portal-mix.ts";
import type { PortalAnswers } from "./portal-answers.ts";
import { openPortal } from "./portal.ts";

/** The same looks with the ERP there and without it: those that it is asked for, and those of the other systems. */
export type Away = {
  readonly there: Readonly<Record<Concern, Tally>>;
  readonly away: Readonly<Record<Concern, Tally>>;
  /** Of a hundred values of the ERP's that were shown while it was away. */
  readonly stalePercent: number;
};

/** What is looked at: the ERP's own, or what the warehouse and finance tell. */
export type Concern = "erp" | "others";

const OTHERS: ReadonlySet<PortalKind> = new Set(["availability", "invoices", "invoice"]);
const LOOKS_PER_SECOND = 25;
const SEED = 5;
const FOREVER_MS = 3_600_000;
const MS_PER_SECOND = 1_000;
/** From the fault on, until whoever asks the ERP has found out. */
const FOUND_OUT_SECONDS = 5;
const HUNDRED = 100;

/** @param seconds of looks with the ERP there, and of as many without it */
export async function measureAway(seconds: number): Promise<Away> {
  await using portal = await openPortal({});
  await portal.look(LOOKS_PER_SECOND, seconds, SEED);
  const there = await portal.look(LOOKS_PER_SECOND, seconds, SEED);
  await portal.stack.sandbox.fault({ source: "erp", kind: "down", forMs: FOREVER_MS });
  await sleep(FOUND_OUT_SECONDS * MS_PER_SECOND);
  const away = await portal.look(LOOKS_PER_SECOND, seconds, SEED);
  return {
    there: byConcern(there),
    away: byConcern(away),
    stalePercent: stalePercentOf(away, "erp"),
  };
}

function byConcern(answers: PortalAnswers): Readonly<Record<Concern, Tally>> {
  return { erp: tally(looksOf(answers, "erp")), others: tally(looksOf(answers, "others")) };
}

function looksOf({ looks }: PortalAnswers, concern: Concern): PortalAnswers["looks"] {
  return looks.filter(({ kind }) => OTHERS.has(kind) === (concern === "others"));
}

function stalePercentOf(answers: PortalAnswers, concern: Concern): number {
  let [stale, all] = [0, 0];
  for (const { freshness } of looksOf(answers, concern)) {
    stale += freshness["STALE"] ?? 0;
    all += Object.values(freshness).reduce((sum, count) => sum + count, 0);
  }
  return all === 0 ? 0 : (stale / all) * HUNDRED;
}

/** How many of a hundred looks are of the concern. */
export function shareOf(concern: Concern): number {
  return Object.entries(PORTAL_MIX)
    .filter(([kind]) => OTHERS.has(kind as PortalKind) === (concern === "others"))
    .reduce((sum, [, weight]) => sum + weight, 0);
}
