import { InvalidArgumentError } from "commander";

const SECONDS_OF: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A flag such as 30s, 15m, 8h or 7d. @throws {InvalidArgumentError} */
export function parseDurationSeconds(raw: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(raw) ?? [];
  const seconds = Number(count) * (SECONDS_OF[unit ?? ""] ?? Number.NaN);
  if (!Number.isNaN(seconds)) return seconds;
  throw new InvalidArgumentError("It is not a duration such as 30s, 15m, 8h or 7d.");
}

/** For a person: the two largest units, `3h 20m`; less than a minute with a tenth, `1.5s`. */
export function secondsInWords(seconds: number): string {
  if (seconds < SECONDS_PER_MINUTE) return `${(Math.round(seconds * TENTHS) / TENTHS).toString()}s`;
  const units = Object.entries(SECONDS_OF).sort(([, a], [, b]) => b - a);
  const parts: string[] = [];
  let left = Math.round(seconds);
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${String(count)}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ");
}

const SECONDS_PER_MINUTE = 60;
const TENTHS = 10;
