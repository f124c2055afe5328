/** What a run came to. Sound when nothing was lost, doubled, left open or never answered. */
export type ChaosReport = {
  readonly seed: number;
  /** How often each fault was injected, by its name. */
  readonly injected: ReadonlyMap<string, number>;
  /** How many calls of the sources the faults have hit, by source and kind: `erp lostResponse`. */
  readonly struck: ReadonlyMap<string, number>;
  /** Requests of clients, by mutation. */
  readonly sent: ReadonlyMap<string, number>;
  readonly acknowledged: number;
  /** Told so at once, by reference and code: nothing was taken. */
  readonly refused: readonly string[];
  readonly unanswered: readonly string[];
  /** Commands of clients, and those that followed from them, by type and status. */
  readonly commands: ReadonlyMap<string, number>;
  /** Acknowledged ones of clients that succeeded. */
  readonly executed: number;
  readonly rejected: number;
  readonly deadLettered: number;
  /** Before they were sent: their order was cancelled. */
  readonly withdrawn: number;
  /** After they had succeeded: their order was cancelled. */
  readonly undone: number;
  /** Waiting in the list of exceptions: as many as all dead-lettered commands. */
  readonly exceptions: number;
  readonly held: number;
  readonly billedOnce: number;
  /** References that were acknowledged and are not in the ledger, or not at a source. */
  readonly lost: readonly string[];
  /** References with more than one document at a source. */
  readonly doubled: readonly string[];
  /** How many of them, by source. */
  readonly doubledAt: ReadonlyMap<string, number>;
  /** What had not come to an end within the limit. */
  readonly unsettled: readonly string[];
  /** From the last fault to the last end. */
  readonly drainMs: number;
  /** Of any command, from its acceptance to its end. */
  readonly longestDelayMs: number;
};

export function isSound({ lost, doubled, unsettled, unanswered }: ChaosReport): boolean {
  return [lost, doubled, unsettled, unanswered].every(({ length }) => length === 0);
}

const MS_PER_SECOND = 1_000;
const TENTHS = 1;

/** Every count of a run as a table, and what is wrong named below it. */
export function renderReport(report: ChaosReport): string {
  const seconds = (ms: number) => `${(ms / MS_PER_SECOND).toFixed(TENTHS)} s`;
  const rows: readonly (readonly [string, number | string])[] = [
    ["seed", report.seed],
    ...prefixed("fault: ", report.injected),
    ...prefixed("calls struck: ", report.struck),
    ...prefixed("sent: ", report.sent),
    ["acknowledged", report.acknowledged],
    ["refused at the door", report.refused.length],
    ["never answered", report.unanswered.length],
    ["executed", report.executed],
    ["rejected", report.rejected],
    ["dead-lettered", report.deadLettered],
    ["withdrawn", report.withdrawn],
    ["undone", report.undone],
    ["waiting as exceptions", report.exceptions],
    ...prefixed("commands: ", report.commands),
    ["orders held for a person", report.held],
    ["orders billed once", report.billedOnce],
    ["lost", report.lost.length],
    ["done twice", report.doubled.length],
    ...prefixed("done twice at ", report.doubledAt),
    ["unsettled", report.unsettled.length],
    ["time to drain", seconds(report.drainMs)],
    ["longest delay of a command", seconds(report.longestDelayMs)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${String(value).padStart(8)}`);
  const named = (["refused", "unanswered", "lost", "doubled", "unsettled"] as const).flatMap(
    (kind) => report[kind].map((what) => `${kind}: ${what}`),
  );
  const verdict = isSound(report)
    ? "Every acknowledged request was done once, or ended where a person sees it."
    : "NOT SOUND.";
  return [...table, ...named, verdict].join("\n");
}

function prefixed(
  prefix: string,
  counts: ReadonlyMap<string, number>,
): readonly (readonly [string, number])[] {
  return [...counts].sort().map(([name, count]) => [`${prefix}${name}`, count]);
}
