import type { Instant } from "@crossdock/domain";

/** What ends when a token does. */
export interface Expiring {
  expire(): void;
}

type Moment = { readonly expiring: Set<Expiring>; timer: NodeJS.Timeout };

/** Node fires a timer of more milliseconds than this at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One timer for all that expires at one instant: thousands may be here by tokens of one life. */
const moments = new Map<Instant, Moment>();

/** Calls `expire` once, at an instant that may be past or years away, unless `cancelExpiry` is called before. */
export function expireAt(instant: Instant, expiring: Expiring): void {
  const moment = moments.get(instant);
  if (moment !== undefined) moment.expiring.add(expiring);
  else moments.set(instant, { expiring: new Set([expiring]), timer: startTimer(instant) });
}

export function cancelExpiry(instant: Instant, expiring: Expiring): void {
  const moment = moments.get(instant);
  if (moment?.expiring.delete(expiring) !== true || moment.expiring.size > 0) return;
  clearTimeout(moment.timer);
  moments.delete(instant);
}

function startTimer(instant: Instant): NodeJS.Timeout {
  const leftMs = Date.parse(instant) - Date.now();
  return setTimeout(passed, Math.min(leftMs, LONGEST_TIMER_MS), instant);
}

function passed(instant: Instant): void {
  const moment = moments.get(instant);
  if (moment === undefined) return;
  if (Date.parse(instant) > Date.now()) {
    moment.timer = startTimer(instant);
    return;
  }
  moments.delete(instant);
  for (const expiring of moment.expiring) expiring.expire();
}
