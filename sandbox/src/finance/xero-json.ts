import { randomUUID } from "node:crypto";

/** `/Date(1539993600000+0000)/`: the vendor's JSON of a date or an instant. */
export function msDate(dateOrInstant: string): string {
  return `/Date(${String(Date.parse(dateOrInstant))}+0000)/`;
}

/** The same date for people: midnight without a zone. */
export function dateString(date: string): string {
  return `${date}T00:00:00`;
}

/** @returns `YYYY-MM-DD` of whatever the API accepts as a date, `null` when it is none. */
export function readDate(raw: string): string | null {
  const ms = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(raw)?.[1];
  if (ms !== undefined) return new Date(Number(ms)).toISOString().slice(0, 10);
  const date = /^(\d{4}-\d{2}-\d{2})(?:T.*)?$/.exec(raw)?.[1];
  return date !== undefined && !Number.isNaN(Date.parse(date)) ? date : null;
}

/** Every answer of the API is wrapped like this. */
export function envelope(name: string, rows: readonly unknown[], more: object = {}): object {
  return {
    Id: randomUUID(),
    Status: "OK",
    ProviderName: "Crossdock",
    DateTimeUTC: `/Date(${String(Date.now())})/`,
    ...more,
    [name]: rows,
  };
}
