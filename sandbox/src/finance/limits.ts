export type FinanceLimits = {
  /** Calls per tenant in any 60 seconds. */
  readonly perMinute: number;
  /** Calls per tenant and UTC day. */
  readonly perDay: number;
  /** Calls per tenant that run at once. */
  readonly concurrent: number;
};

/** As published for every organisation. */
export const VENDOR_LIMITS: FinanceLimits = { perMinute: 60, perDay: 5_000, concurrent: 5 };
const APP_PER_MINUTE = 10_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export type Admission =
  | { readonly kind: "admitted" }
  | {
      readonly kind: "refused";
      readonly problem: "minute" | "day" | "concurrent";
      readonly retryAfterS: number;
    };

export interface LimitGate {
  /** An admitted call must `leave`, however it ends. A refused one counts for nothing. */
  enter(nowMs: number): Admission;
  leave(): void;
  headers(nowMs: number): Record<string, string>;
}

export function createLimitGate(limits: FinanceLimits): LimitGate {
  let recentMs: number[] = [];
  let day = { startMs: 0, count: 0 };
  let running = 0;
  const turn = (nowMs: number) => {
    recentMs = recentMs.filter((at) => at > nowMs - MINUTE_MS);
    const startMs = nowMs - (nowMs % DAY_MS);
    if (day.startMs !== startMs) day = { startMs, count: 0 };
  };
  return {
    enter(nowMs) {
      turn(nowMs);
      const refuse = (problem: "minute" | "day" | "concurrent", waitMs: number): Admission => ({
        kind: "refused",
        problem,
        retryAfterS: Math.max(1, Math.ceil(waitMs / 1_000)),
      });
      if (day.count >= limits.perDay) return refuse("day", day.startMs + DAY_MS - nowMs);
      if (recentMs.length >= limits.perMinute) {
        return refuse("minute", (recentMs[0] ?? nowMs) + MINUTE_MS - nowMs);
      }
      if (running >= limits.concurrent) return refuse("concurrent", 1_000);
      running += 1;
      day.count += 1;
      recentMs.push(nowMs);
      return { kind: "admitted" };
    },
    leave() {
      running -= 1;
    },
    headers(nowMs) {
      turn(nowMs);
      return {
        "x-daylimit-remaining": String(limits.perDay - day.count),
        "x-minlimit-remaining": String(limits.perMinute - recentMs.length),
        "x-appminlimit-remaining": String(APP_PER_MINUTE - recentMs.length),
      };
    },
  };
}
