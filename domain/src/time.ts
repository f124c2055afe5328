import type { Brand } from "./brand.ts";
import { InvalidValueError } from "./errors.ts";

/** An ISO 8601 instant in UTC with milliseconds, e.g. `2026-11-21T08:15:30.123Z`. Sorts as text. */
export type Instant = Brand<string, "Instant">;

/** An ISO 8601 calendar date, local to the site, e.g. `2026-11-21`. Sorts as text. */
export type LocalDate = Brand<string, "LocalDate">;

/** @throws {InvalidValueError} when `raw` is not an instant with a zone. */
export function parseInstant(raw: string, field = "instant"): Instant {
  if (
    !/^(?!0000)\d{4}-\d{2}-\d{2}T.+(Z|[+-]\d{2}:?\d{2})$/.test(raw) ||
    Number.isNaN(Date.parse(raw))
  ) {
    throw new InvalidValueError(field, raw, "an instant such as 2026-11-21T08:15:30.123Z");
  }
  return instantOf(new Date(raw));
}

export function instantOf(date: Date): Instant {
  return date.toISOString() as Instant;
}

/** @throws {InvalidValueError} when `raw` is not a date of the calendar. */
export function parseLocalDate(raw: string, field = "date"): LocalDate {
  const valid =
    /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(raw) &&
    new Date(`${raw}T00:00:00Z`).toJSON()?.startsWith(raw);
  if (valid !== true) throw new InvalidValueError(field, raw, "a date such as 2026-11-21");
  return raw as LocalDate;
}

/** The UTC calendar date of an instant. */
export function dateOf(instant: Instant): LocalDate {
  return instant.slice(0, 10) as LocalDate;
}

/** @param days negative goes back */
export function addDays(date: LocalDate, days: number): LocalDate {
  const moved = new Date(`${date}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10) as LocalDate;
}
