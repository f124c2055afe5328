import type { FastifyReply } from "fastify";
import { z } from "zod";
import { badField, parseIds } from "./answers.ts";
import type { OrderBook } from "./order-book.ts";
import { hasReached } from "./order-view.ts";
import type { OrderRecord } from "./records.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 250;

const instant = z.string().refine((text) => !Number.isNaN(Date.parse(text)), "is not a date");
const flag = z.enum(["true", "false"]).transform((text) => text === "true");
export const ordersQuery = z.object({
  Page: z.coerce.number().int().min(1).default(1),
  Limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  IDs: z.string().optional(),
  ReferenceIds: z.string().optional(),
  StartDate: instant.optional(),
  EndDate: instant.optional(),
  LastUpdateStartDate: instant.optional(),
  LastUpdateEndDate: instant.optional(),
  LastTrackingUpdateStartDate: instant.optional(),
  LastTrackingUpdateEndDate: instant.optional(),
  HasTracking: flag.optional(),
  IsTrackingUploaded: flag.optional(),
  SortOrder: z.enum(["Newest", "Oldest"]).default("Newest"),
});
export type OrdersQuery = z.infer<typeof ordersQuery>;

/** Orders that match every filter, sorted; `null` when the answer was sent. */
export function search(
  orders: OrderBook,
  query: OrdersQuery,
  reply: FastifyReply,
): OrderRecord[] | null {
  const candidates = candidatesOf(orders, query);
  if (candidates === null) {
    void badField(reply, "IDs", `The value '${query.IDs ?? ""}' is not valid.`);
    return null;
  }
  const found = candidates.filter((order) => matches(orders.partsOf(order), query));
  return query.SortOrder === "Oldest" ? found : found.reverse();
}

function candidatesOf(orders: OrderBook, { IDs, ReferenceIds }: OrdersQuery): OrderRecord[] | null {
  if (IDs !== undefined) {
    const ids = parseIds(IDs);
    if (ids === null) return null;
    const references = ReferenceIds?.split(",");
    return ids
      .flatMap((orderId) => orders.order(orderId) ?? [])
      .filter(({ input }) => references?.includes(input.reference_id) ?? true)
      .sort((a, b) => a.orderId - b.orderId);
  }
  if (ReferenceIds === undefined) return [...orders.values()];
  const unique = new Set(ReferenceIds.split(","));
  return [...unique]
    .flatMap((reference) => orders.byReference(reference) ?? [])
    .sort((a, b) => a.orderId - b.orderId);
}

/** @param parts an order's shipments: it changes when one of them does */
function matches(parts: readonly OrderRecord[], query: OrdersQuery): boolean {
  const tracked = parts.some((part) => hasReached(part, "Labeled"));
  const createdAt = parts[0]?.createdAt ?? "";
  const updatedAt = lastChangeOf(parts);
  const trackingWanted =
    query.LastTrackingUpdateStartDate !== undefined ||
    query.LastTrackingUpdateEndDate !== undefined;
  return (
    within(createdAt, query.StartDate, query.EndDate) &&
    within(updatedAt, query.LastUpdateStartDate, query.LastUpdateEndDate) &&
    (!trackingWanted ||
      (tracked &&
        within(updatedAt, query.LastTrackingUpdateStartDate, query.LastTrackingUpdateEndDate))) &&
    (query.HasTracking ?? tracked) === tracked &&
    query.IsTrackingUploaded !== true
  );
}

function lastChangeOf(parts: readonly OrderRecord[]): string {
  return parts.reduce((last, { updatedAt }) => (updatedAt > last ? updatedAt : last), "");
}

function within(at: string, from: string | undefined, until: string | undefined): boolean {
  const atMs = Date.parse(at);
  return (
    (from === undefined || atMs >= Date.parse(from)) &&
    (until === undefined || atMs <= Date.parse(until))
  );
}

/** An order list names its neighbours in headers. */
export function pageHeaders(
  reply: FastifyReply,
  apiUrl: string,
  asked: Readonly<Record<string, string>>,
  { Page, Limit }: OrdersQuery,
  total: number,
): void {
  const pages = Math.ceil(total / Limit);
  const urlOf = (page: number) =>
    `${apiUrl}/2026-01/order?${new URLSearchParams({ ...asked, Page: String(page) }).toString()}`;
  void reply.headers({
    "page-number": String(Page),
    "page-size": String(Limit),
    "total-count": String(total),
    "total-pages": String(pages),
    ...(Page < pages ? { "next-page": urlOf(Page + 1) } : {}),
    ...(Page > 1 ? { "prev-page": urlOf(Page - 1) } : {}),
  });
}
