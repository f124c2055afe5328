import { InvalidArgumentError } from "commander";

const SECONDS_OF: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A flag such as 30s, 15m, 8h or 7d. @throws {InvalidArgumentError} */
export function parseDurationSeconds(raw: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(raw) ?? [];
  const seconds = Number(count) * (SECONDS_OF[unit ?? ""] ?? Number.NaN);
  if (!Number.isNaN(seconds)) return seconds;
  throw new InvalidArgumentError("It is not a duration such as 30s, 15m, 8h or 7d.");
}
