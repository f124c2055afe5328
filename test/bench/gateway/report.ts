import { median } from "../commands/median.ts";
import type { Section } from "../kit/section.ts";
import type { Excluded, Round } from "./contest.ts";
import { REFERENCE } from "./contestants.ts";

/** All rounds of one contestant, in the order in which they were run. */
export type Measured = {
  readonly name: string;
  readonly rounds: readonly Round[];
  readonly rssBytes: number;
  readonly heapBytes: number;
};

/** A median, and how many times better than the reference it is: the median over the rounds of each round's own ratio. */
export type Figure = { readonly value: number; readonly timesBetter: number };

export type Row = {
  readonly name: string;
  readonly perSecond: Figure;
  readonly cpuMs: Figure;
  readonly p50Ms: Figure;
  readonly p99Ms: Figure;
  readonly rssMb: Figure;
  /** Of a core, taken by who asks: near 1 the rate is theirs and not the contestant's. */
  readonly askingCores: number;
};

const BYTES_PER_MB = 1_048_576;

/**
 * @param measured the reference among them, all with as many rounds
 * @returns in the order given
 */
export function rowsOf(measured: readonly Measured[]): readonly Row[] {
  const reference = measured.find(({ name }) => name === REFERENCE);
  if (reference === undefined) throw new Error(`${REFERENCE} was not measured.`);
  return measured.map((one) => {
    const figure = (of: (round: Round) => number, isBetter: "more" | "less"): Figure => ({
      value: median(one.rounds.map(of)),
      timesBetter: median(
        one.rounds.map((round, at) => {
          const [own, other] = [of(round), of(reference.rounds[at] ?? round)];
          return isBetter === "more" ? own / other : other / own;
        }),
      ),
    });
    return {
      name: one.name,
      perSecond: figure(({ perSecond }) => perSecond, "more"),
      cpuMs: figure(({ cpuMs }) => cpuMs, "less"),
      p50Ms: figure(({ p50Ms }) => p50Ms, "less"),
      p99Ms: figure(({ p99Ms }) => p99Ms, "less"),
      rssMb: {
        value: one.rssBytes / BYTES_PER_MB,
        timesBetter: reference.rssBytes / one.rssBytes,
      },
      askingCores: median(one.rounds.map(({ ownCores }) => ownCores)),
    };
  });
}

export function sectionOf(
  title: string,
  rows: readonly Row[],
  excluded: readonly Excluded[],
  notes: readonly string[],
): Section {
  const cells = ({ value, timesBetter }: Figure, digits: number) => [
    value.toFixed(digits),
    timesBetter.toFixed(2),
  ];
  return {
    title,
    columns: [
      "",
      "req/s",
      "×",
      "CPU ms",
      "×",
      "p50 ms",
      "×",
      "p99 ms",
      "×",
      "RSS MB",
      "×",
      "asking",
    ],
    rows: rows.map(({ name, perSecond, cpuMs, p50Ms, p99Ms, rssMb, askingCores }) => [
      name,
      ...cells(perSecond, 0),
      ...cells(cpuMs, 3),
      ...cells(p50Ms, 2),
      ...cells(p99Ms, 2),
      ...cells(rssMb, 0),
      askingCores.toFixed(2),
    ]),
    notes: [...excluded.map(({ name, why }) => `${name} does not take part: ${why}`), ...notes],
  };
}
