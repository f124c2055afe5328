import { z } from "zod";
import { askStack, type StackAddress } from "../ask-stack.ts";
import type { Catalogue } from "./catalogue.ts";

/** One integration, as those who decide about it look at it. */
export type PortfolioEntry = {
  readonly source: string;
  readonly system: string;
  readonly owner: string;
  readonly criticality: string;
  readonly latencyNeed: string;
  /** Of the last five minutes; `null` when nothing was asked. */
  readonly latencyP99Ms: number | null;
  readonly state: string;
  /** Kinds of commands that it does. */
  readonly commandTypes: number;
  /** Commands that left its queue since the process started. */
  readonly settled: number;
  /** Of these, the part that did not succeed, 0 to 1; `null` when there was none. */
  readonly failureRatio: number | null;
};

const TIMEOUT_MS = 30_000;
const SUCCEEDED = "succeeded";
const CRITICALITIES = ["high", "medium", "low"];

const sourcesShape = z.object({
  sources: z.array(
    z.object({ kind: z.string(), state: z.string(), latencyP99Ms: z.number().nullable() }),
  ),
});

/** The most critical first. @throws {Error} see `askStack` */
export async function readPortfolio(
  address: StackAddress,
  { owners, commands }: Catalogue,
): Promise<readonly PortfolioEntry[]> {
  const query = "{ sources { kind state latencyP99Ms } }";
  const [{ sources }, settled] = await Promise.all([
    askStack(address, { query }, sourcesShape),
    readSettled(address),
  ]);
  const entries = Object.entries(owners.sources).map(([source, owned]): PortfolioEntry => {
    const health = sources.find(({ kind }) => kind.toLowerCase() === source);
    const its = settled.filter(({ lane }) => lane === source);
    const total = sum(its);
    const failed = sum(its.filter(({ outcome }) => outcome !== SUCCEEDED));
    return {
      source,
      system: owned.system,
      owner: owners.teams[owned.owner]?.name ?? owned.owner,
      criticality: owned.criticality,
      latencyNeed: owned.latency,
      latencyP99Ms: health?.latencyP99Ms ?? null,
      state: health?.state ?? "not connected",
      commandTypes: commands.filter(({ lane }) => lane === source).length,
      settled: total,
      failureRatio: total === 0 ? null : failed / total,
    };
  });
  const rank = ({ criticality }: PortfolioEntry) => CRITICALITIES.indexOf(criticality);
  return entries.sort((a, b) => rank(a) - rank(b));
}

type Settled = { readonly lane: string; readonly outcome: string; readonly count: number };

function sum(settled: readonly Settled[]): number {
  return settled.reduce((total, { count }) => total + count, 0);
}

const SAMPLE = /^crossdock_commands_settled_total\{([^}]*)\} (\d+(?:\.\d+)?)$/gm;

/** By what the process counts of its commands. */
async function readSettled({ url }: StackAddress): Promise<readonly Settled[]> {
  const response = await fetch(new URL("/metrics", url), {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  return [...text.matchAll(SAMPLE)].map(([, labels = "", count = "0"]) => ({
    lane: labelOf(labels, "lane"),
    outcome: labelOf(labels, "outcome"),
    count: Number(count),
  }));
}

function labelOf(labels: string, name: string): string {
  return new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
}
