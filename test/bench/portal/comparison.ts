import { availableParallelism, loadavg } from "node:os";
import { median } from "../commands/median.ts";
import type { Section } from "../kit/section.ts";
import type { Measured } from "./looks.ts";
import type { PortalStack, Round } from "./portal-stack.ts";
import type { Variant } from "./variants.ts";

const BYTES_PER_KB = 1_000;
const BYTES_PER_MB = 1_000_000;
const MS_PER_SECOND = 1_000;

/** A round of a variant, and of the first variant just before or after it. */
type Pair = { readonly first: Round; readonly own: Round };

/** What was measured of each variant, in pairs with the first one. */
export interface Comparison {
  /**
   * Some rounds of an operation after one that does not count. Who is measured first changes from round to round.
   * @param stacks that of the first variant, and that of another one
   */
  measure(
    kind: Measured,
    stacks: readonly PortalStack[],
    say: (text: string) => void,
  ): Promise<void>;
  noteMemory(stack: PortalStack): Promise<void>;
  /** It is told in each table. */
  noteFailure(what: string): void;
  failed(): readonly string[];
  /** Every variant in a row, also what was not measured. */
  sectionOf(this: void, kind: Measured): Section;
  memory(): Section;
}

export function createComparison(
  variants: readonly Variant[],
  load: { readonly seconds: number; readonly rounds: number; readonly users: number },
): Comparison {
  const pairs = new Map<string, Pair[]>();
  const memory = new Map<string, number[]>();
  const failures: string[] = [];
  const [first] = variants;
  const pairsOf = (kind: Measured, name: string): readonly Pair[] =>
    pairs.get(`${kind} ${name}`) ?? [];
  const note = (kind: Measured, name: string, pair: Pair) => {
    pairs.set(`${kind} ${name}`, [...pairsOf(kind, name), pair]);
  };

  return {
    async measure(kind, stacks, say) {
      for (const stack of stacks) await stack.measure(kind, load.seconds);
      for (let round = 0; round < load.rounds; round += 1) {
        const measured = new Map<PortalStack, Round>();
        for (const stack of round % 2 === 0 ? stacks : stacks.toReversed()) {
          measured.set(stack, await stack.measure(kind, load.seconds));
        }
        const [ofFirst] = stacks.map((stack) => measured.get(stack));
        for (const [{ variant }, own] of measured) {
          if (ofFirst !== undefined) note(kind, variant.name, { first: ofFirst, own });
          say(`${kind}, ${variant.name}: ${own.cpuMsEach.toFixed(2)} ms of CPU each`);
        }
      }
    },
    async noteMemory(stack) {
      const { name } = stack.variant;
      memory.set(name, [...(memory.get(name) ?? []), await stack.residentBytes()]);
    },
    noteFailure: (what) => failures.push(what),
    failed: () => failures,
    sectionOf: (kind) => ({
      title: `Portal: ${kind}`,
      columns: [
        "gateway",
        "operations /s",
        "ratio",
        "CPU ms each",
        "ratio",
        "p50 ms",
        "p99 ms",
        "KB each",
        "cached each",
        "source calls",
      ],
      rows: variants.map(({ name }) => [name, ...figuresOf(pairsOf(kind, name))]),
      notes: [
        `medians of ${String(load.rounds)} rounds of ${String(load.seconds)} s in turn with ${first?.name ?? "nobody"}, ${String(load.users)} users; ratios are to that one, higher is better`,
        "CPU is of the whole program with its embedded ledger, less what it takes while nobody asks",
        `two programs, their sandboxes and the users share ${String(availableParallelism())} cores; load average ${loadavg()
          .map((average) => average.toFixed(1))
          .join(", ")}`,
        ...(failures.length === 0 ? [] : [`not measured to the end: ${failures.join(", ")}`]),
      ],
    }),
    memory: () => ({
      title: "Memory after that",
      columns: ["gateway", "resident MB"],
      rows: variants.map(({ name }) => {
        const noted = memory.get(name);
        return [name, noted === undefined ? "-" : (median(noted) / BYTES_PER_MB).toFixed(0)];
      }),
      notes: [],
    }),
  };
}

function figuresOf(measured: readonly Pair[]): readonly string[] {
  if (measured.length === 0) return Array.from({ length: 9 }, () => "-");
  const of = (value: (round: Round) => number) => median(measured.map(({ own }) => value(own)));
  const ratio = (value: (round: Round) => number) =>
    median(measured.map(({ own, first }) => value(own) / value(first))).toFixed(2);
  return [
    of(perSecond).toFixed(0),
    ratio(perSecond),
    of(({ cpuMsEach }) => cpuMsEach).toFixed(2),
    ratio(({ cpuMsEach }) => 1 / cpuMsEach),
    of(({ tally }) => tally.p50Ms).toFixed(1),
    of(({ tally }) => tally.p99Ms).toFixed(1),
    of(({ bytes, tally }) => bytes / tally.asked / BYTES_PER_KB).toFixed(1),
    of(({ cached, tally }) => cached / tally.asked).toFixed(1),
    of(({ sourceCalls }) => sourceCalls).toFixed(0),
  ];
}

function perSecond({ tally, tookMs }: Round): number {
  return (tally.asked * MS_PER_SECOND) / tookMs;
}
