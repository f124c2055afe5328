import { isSound, type ChaosReport } from "./run-chaos.ts";

/** Every count of a run as a table, and what is wrong named below it. */
export function renderReport(report: ChaosReport): string {
  const rows: readonly (readonly [string, number])[] = [
    ["seed", report.seed],
    ...[...report.injected].map(([name, times]) => [`fault: ${name}`, times] as const),
    ["orders placed", report.placed],
    ["acknowledged", report.acknowledged],
    ["refused at the door", report.refused.length],
    ["never answered", report.unanswered.length],
    ["succeeded", report.succeeded],
    ["rejected", report.rejected],
    ["dead-lettered", report.deadLettered],
    ["orders held for a person", report.held],
    ["orders billed once", report.billedOnce],
    ["lost", report.lost.length],
    ["done twice", report.doubled.length],
    ["unsettled", report.unsettled.length],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${String(value).padStart(6)}`);
  const named = (["refused", "unanswered", "lost", "doubled", "unsettled"] as const).flatMap(
    (kind) => report[kind].map((what) => `${kind}: ${what}`),
  );
  const verdict = isSound(report)
    ? "Every acknowledged order was done once, or ended where a person sees it."
    : "NOT SOUND.";
  return [...table, ...named, verdict].join("\n");
}
