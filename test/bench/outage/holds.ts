import type { Section } from "../kit/section.ts";

/** What held the embedded ledger's session for long, by the beginning of its longest statement. */
export interface Holds {
  /** What the program writes. */
  readonly onOutput: (piece: string) => void;
  /** @param between two moments, in milliseconds since 1970 */
  toldOf(between: { readonly fromMs: number; readonly toMs: number }): Section;
}

type Told = {
  readonly atMs: number;
  readonly isBackground: boolean;
  readonly heldMs: number;
  readonly statements: number;
  readonly words: string;
};

const ROWS = 25;
const MS_PER_SECOND = 1_000;

/** Reads them from the lines that the program writes at `LOG_LEVEL=debug`. */
export function createHolds(): Holds {
  const told: Told[] = [];
  let begun = "";
  return {
    onOutput(piece) {
      const lines = (begun + piece).split("\n");
      begun = lines.pop() ?? "";
      for (const line of lines) {
        const hold = readHold(line);
        if (hold !== null) told.push(hold);
      }
    },
    toldOf({ fromMs, toMs }) {
      const inTime = told.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
      return sectionOf(inTime, (toMs - fromMs) / MS_PER_SECOND);
    },
  };
}

function readHold(line: string): Told | null {
  if (!line.includes('"hold":')) return null;
  const { time, hold } = JSON.parse(line) as {
    readonly time: string;
    readonly hold: Omit<Told, "atMs" | "words"> & { readonly longest: { readonly words: string } };
  };
  return { ...hold, atMs: Date.parse(time), words: hold.longest.words };
}

function sectionOf(told: readonly Told[], seconds: number): Section {
  const groups = new Map<string, Told[]>();
  for (const hold of told) {
    const key = `${hold.isBackground ? "background" : "foreground"}  ${hold.words}`;
    groups.set(key, [...(groups.get(key) ?? []), hold]);
  }
  const rows = [...groups]
    .map(([name, holds]) => {
      const heldMs = holds.map((hold) => hold.heldMs).sort((left, right) => left - right);
      const median = heldMs[Math.floor(heldMs.length / 2)] ?? 0;
      const most = Math.max(...holds.map(({ statements }) => statements));
      return { name, times: holds.length, median, longest: heldMs.at(-1) ?? 0, most };
    })
    .sort((left, right) => right.longest - left.longest);
  return {
    title: `What held the ledger's session for 10 ms or longer, in ${seconds.toFixed(0)} s`,
    columns: ["by its longest statement", "times", "p50 ms", "max ms", "statements"],
    rows: rows
      .slice(0, ROWS)
      .map(({ name, times, median, longest, most }) => [
        name,
        String(times),
        median.toFixed(1),
        longest.toFixed(1),
        String(most),
      ]),
    notes: [`${String(told.length)} holds of ${String(rows.length)} kinds`],
  };
}
