import type { FastifyRequest } from "fastify";
import { UNIT_PLACES } from "./amounts.ts";
import type { Books } from "./books.ts";
import type { BookingContext } from "./documents.ts";
import type { createFields } from "./fields.ts";
import type { Idempotency } from "./idempotency.ts";
import { queryOf } from "./list-query.ts";
import type { Render } from "./render.ts";

const FINE_UNIT_PLACES = 4;

/** What every group of routes works with. */
export type RouteDeps = {
  readonly books: Books;
  readonly render: Render;
  readonly fields: ReturnType<typeof createFields>;
  readonly idempotency: Idempotency;
  readonly now: () => Date;
  /** The last day of the closed period; `null` while the books are open. */
  readonly lockedUntil: () => string | null;
};

export function unitPlacesOf(request: FastifyRequest): number {
  return queryOf(request)["unitdp"] === "4" ? FINE_UNIT_PLACES : UNIT_PLACES;
}

export function bookingContext(
  { books, now, lockedUntil }: RouteDeps,
  request: FastifyRequest,
): BookingContext {
  const nowIso = now().toISOString();
  const unitPlaces = unitPlacesOf(request);
  return { books, nowIso, today: nowIso.slice(0, 10), lockedUntil: lockedUntil(), unitPlaces };
}

/** A path's last part is an id or, for people, a number. */
export function referenceOf(idOrNumber: string): { id?: string; number?: string } {
  const isGuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(idOrNumber);
  return isGuid ? { id: idOrNumber } : { number: idOrNumber };
}
