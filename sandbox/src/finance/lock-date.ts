/**
 * Why a document or a payment of that day cannot be booked any more, in the vendor's words.
 * @param lockedUntil the last day of the closed period; `null` while the books are open
 */
export function lockProblems(date: string, lockedUntil: string | null): string[] {
  if (lockedUntil === null || date > lockedUntil) return [];
  const day = new Intl.DateTimeFormat("en-GB", {
    day: "2-digit",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  const shown = day.format(new Date(lockedUntil)).replaceAll(" ", "-");
  return [`The document date cannot be before the period lock date, currently set at ${shown}`];
}
