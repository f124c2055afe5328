/** What clients saw of one kind of time. */
export type Tally = {
  readonly asked: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** How many got which answer, by code; e.g. `ACKNOWLEDGED`, `CREDIT_EXCEEDED`. */
  readonly answers: Readonly<Record<string, number>>;
};

export function tally(
  answered: readonly { readonly tookMs: number; readonly code: string }[],
): Tally {
  const tookMs = answered.map((one) => one.tookMs).sort((left, right) => left - right);
  const quantile = (share: number) =>
    tookMs[Math.max(0, Math.ceil(tookMs.length * share) - 1)] ?? 0;
  const answers: Record<string, number> = {};
  for (const { code } of answered) answers[code] = (answers[code] ?? 0) + 1;
  return {
    asked: answered.length,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
    maxMs: quantile(1),
    answers,
  };
}
