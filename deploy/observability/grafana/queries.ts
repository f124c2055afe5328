/** The value below which a part of what a histogram has seen lies, for each value of some labels. */
export function quantile(part: number, histogram: string, ...labels: readonly string[]): string {
  const by = ["le", ...labels].join(", ");
  return `histogram_quantile(${String(part)}, sum by (${by}) (rate(${histogram}_bucket[$__rate_interval])))`;
}

/** How often a second, for each value of some labels. */
export function perSecond(counter: string, ...labels: readonly string[]): string {
  const rate = `rate(${counter}[$__rate_interval])`;
  return labels.length === 0 ? `sum(${rate})` : `sum by (${labels.join(", ")}) (${rate})`;
}

/** What all processes tell alike, as it is in the ledger. */
export function ofLedger(gauge: string, ...labels: readonly string[]): string {
  return labels.length === 0 ? `max(${gauge})` : `max by (${labels.join(", ")}) (${gauge})`;
}
