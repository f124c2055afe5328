import type { FuzzReport } from "./run-fuzz.ts";

/** Memory at the end, against memory once warm. */
export const MAX_HEAP_RATIO = 1.5;
export const MAX_RSS_RATIO = 1.6;

export function isSound({ findings, memory }: FuzzReport): boolean {
  return (
    findings.length === 0 && (memory === null || ratiosOf(memory).every(({ isFlat }) => isFlat))
  );
}

/** A few lines: what was sent, what was found, what memory did. */
export function renderFuzzReport(report: FuzzReport): string {
  const { seed, cases, sent, answered, findings, memory } = report;
  const kinds = [...sent].map(([kind, count]) => `${String(count)} ${kind}`).join(", ");
  const answers = [...answered].sort(([, left], [, right]) => right - left);
  return [
    `seed ${String(seed)}: ${String(cases)} cases (${kinds}), ${String(findings.length)} findings`,
    `answers: ${answers.map(([kind, count]) => `${String(count)} ${kind}`).join(", ")}`,
    ...(memory === null ? [] : ratiosOf(memory).map(({ text }) => text)),
  ].join("\n");
}

function ratiosOf({ before, after }: NonNullable<FuzzReport["memory"]>) {
  return [
    ratio("heap", before.heapMb, after.heapMb, MAX_HEAP_RATIO),
    ratio("RSS", before.rssMb, after.rssMb, MAX_RSS_RATIO),
  ];
}

function ratio(name: string, beforeMb: number, afterMb: number, max: number) {
  const value = afterMb / beforeMb;
  const text = `${name}: ${beforeMb.toFixed(0)} MB once warm, ${afterMb.toFixed(0)} MB at the end, ${value.toFixed(2)} times (at most ${String(max)})`;
  return { isFlat: value <= max, text };
}
