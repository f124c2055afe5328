import { renderSection } from "../bench/kit/section.ts";
import { addUp, type Comparison } from "./compare.ts";

/** What a run of test:resume came to. */
export type ResumeReport = {
  readonly seed: number;
  /** Whether subscribers came back with their cursor, or as if they knew of none. */
  readonly forgets: boolean;
  readonly kills: number;
  readonly orders: number;
  /** In the log, of any type, while the run went on. */
  readonly events: number;
  /** By source and kind: `wms drop`. */
  readonly struck: ReadonlyMap<string, number>;
  /** Results that were no event, by their code. */
  readonly errors: ReadonlyMap<string, number>;
  readonly tookMs: number;
  readonly groups: readonly Group[];
};

/** All subscribers of one stream over one transport. */
export type Group = Comparison & { readonly transport: string; readonly stream: string };

/** Nothing missed, nothing doubled, nothing out of order, nothing that was not asked for, and nothing empty. */
export function isSound({ groups }: ResumeReport): boolean {
  return groups.every(
    ({ expected, missed, doubled, disordered, unasked }) =>
      expected > 0 && missed + doubled + disordered + unasked === 0,
  );
}

const MS_PER_SECOND = 1_000;

export function renderReport(report: ResumeReport): string {
  const { seed, forgets, kills, orders, events, struck, errors, tookMs, groups } = report;
  const list = (counts: ReadonlyMap<string, number>) =>
    counts.size === 0
      ? "none"
      : [...counts]
          .sort()
          .map(([name, count]) => `${name} ${String(count)}`)
          .join(", ");
  const table = renderSection({
    title: forgets
      ? "Subscribers who come back without a cursor"
      : "Subscribers who resume from their cursor",
    columns: [
      "transport, stream",
      "subscribers",
      "reconnects",
      "expected",
      "missed",
      "doubled",
      "out of order",
      "not asked for",
    ],
    rows: [
      ...groups.map((group) => rowOf(`${group.transport}, ${group.stream}`, group)),
      rowOf("all", addUp(groups)),
    ],
    notes: [
      `seed ${String(seed)}: ${String(kills)} kills, ${String(orders)} orders, ${String(events)} events in ${(tookMs / MS_PER_SECOND).toFixed(0)} s`,
      `webhooks struck: ${list(struck)}`,
      `results that were no event: ${list(errors)}`,
    ],
  });
  const verdict = isSound(report)
    ? "Every subscriber saw every event that it asked for once, in order."
    : "NOT SOUND.";
  return `${table}${verdict}`;
}

function rowOf(name: string, comparison: Comparison): readonly string[] {
  const { subscribers, reconnects, expected, missed, doubled, disordered, unasked } = comparison;
  const counts = [subscribers, reconnects, expected, missed, doubled, disordered, unasked];
  return [name, ...counts.map(String)];
}
