/** What happened to the calls of the last minutes. */
export interface RecentCalls {
  answered(latencyMs: number, nowMs: number): void;
  sent(nowMs: number): void;
  /** By our budget, or by the source because of too many calls. */
  rejected(nowMs: number): void;
  summary(nowMs: number): {
    /** Of the last five minutes, newest {@link MAX_LATENCIES} at most; `null` when nothing was answered. */
    readonly latencyP50Ms: number | null;
    readonly latencyP99Ms: number | null;
    readonly callsLastMinute: number;
    readonly rejectedLastMinute: number;
  };
}

const SECOND_MS = 1_000;
const SECONDS = 60;
const LATENCY_WINDOW_MS = 5 * 60_000;
const MAX_LATENCIES = 5_000;

export function createRecentCalls(): RecentCalls {
  const calls = createMinuteCount();
  const rejections = createMinuteCount();
  let latencies: { readonly atMs: number; readonly latencyMs: number }[] = [];

  return {
    answered(latencyMs, nowMs) {
      latencies.push({ atMs: nowMs, latencyMs });
      if (latencies.length > 2 * MAX_LATENCIES) latencies = latencies.slice(-MAX_LATENCIES);
    },
    sent: (nowMs) => {
      calls.add(nowMs);
    },
    rejected: (nowMs) => {
      rejections.add(nowMs);
    },
    summary(nowMs) {
      latencies = latencies
        .slice(-MAX_LATENCIES)
        .filter(({ atMs }) => nowMs - atMs <= LATENCY_WINDOW_MS);
      const sorted = latencies
        .map(({ latencyMs }) => latencyMs)
        .sort((left, right) => left - right);
      const percentile = (part: number) =>
        sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? null;
      return {
        latencyP50Ms: percentile(0.5),
        latencyP99Ms: percentile(0.99),
        callsLastMinute: calls.total(nowMs),
        rejectedLastMinute: rejections.total(nowMs),
      };
    },
  };
}

/** Counts what happened in the last sixty seconds, by second. */
function createMinuteCount() {
  const counts = new Array<number>(SECONDS).fill(0);
  let newest = -Infinity;
  const turnTo = (nowMs: number) => {
    const second = Math.floor(nowMs / SECOND_MS);
    const passed = Math.min(Math.max(second - newest, 0), SECONDS);
    for (let at = 0; at < passed; at += 1) counts[slotOf(second - at)] = 0;
    newest = Math.max(newest, second);
    return slotOf(second);
  };
  return {
    add(nowMs: number) {
      const slot = turnTo(nowMs);
      counts[slot] = (counts[slot] ?? 0) + 1;
    },
    total(nowMs: number) {
      turnTo(nowMs);
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

function slotOf(second: number): number {
  return ((second % SECONDS) + SECONDS) % SECONDS;
}
