/** Ages, instants and figures as people read them. Everything here is pure. */
const SECONDS_OF = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
const MS_PER_SECOND = 1_000;

/** `4 s`, `12 m 30 s`, `3 h 20 m`, `2 d 4 h`: two parts at most, so that a column stays narrow. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole === 0 && seconds > 0) return `${String(Math.round(seconds * MS_PER_SECOND))} ms`;
  const parts: string[] = [];
  let left = whole;
  for (const [unit, size] of Object.entries(SECONDS_OF)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0 || parts.length > 0) parts.push(`${String(count)} ${unit}`);
    if (parts.length === 2) break;
  }
  return parts.filter((part) => !part.startsWith("0 ")).join(" ") || "0 s";
}

/** `12 ms`, `2.5 s`, then as durations. */
export function milliseconds(ms: number): string {
  if (ms < MS_PER_SECOND) return `${String(Math.round(ms))} ms`;
  const seconds = ms / MS_PER_SECOND;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : duration(seconds);
}

/** In UTC, exact to the second: what a log says. */
export function instant(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** The time of day in UTC. */
export function timeOfDay(iso: string): string {
  return iso.slice(11, 19);
}

const WHOLE = new Intl.NumberFormat("en-US");
const SHARE = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 });

export function count(value: number): string {
  return WHOLE.format(value);
}

export function share(value: number): string {
  return SHARE.format(value);
}

/** `UNKNOWN_OUTCOME` as `Unknown outcome`; `masterData` as `Master data`. */
export function words(name: string): string {
  const spaced = name
    .replaceAll("_", " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** `1 exception`, `3 exceptions`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
