import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { badRequest } from "./answers.ts";
import type { MovementLog } from "./movement-log.ts";
import type { MovementRecord } from "./records.ts";

const PAGE_SIZE = 100;
const DEFAULT_REACH_MS = 90 * 86_400_000;

const historyQuery = z.object({
  /** The last `inventory_audit_event_id` that the caller has seen. */
  cursor: z.coerce.number().int().nullish(),
  facility_id: z.int(),
  inventory_ids: z.array(z.int()).nullish(),
  event_category: z
    .enum([
      "OrderPicked",
      "InventoryAdjusted",
      "InventoryFacilityUpdated",
      "AttributeUpdated",
      "InventoryReceived",
      "InventoryRestocked",
      "ReceivingStow",
      "KittingStow",
    ])
    .nullish(),
  start_date: z.string().nullish(),
  end_date: z.string().nullish(),
});

type HistoryDeps = { readonly movements: MovementLog; readonly apiUrl: string };

/** The feed of on-hand movements of one facility, oldest first. */
export function registerHistory(app: FastifyInstance, { movements, apiUrl }: HistoryDeps): void {
  app.post(
    "/2026-01/inventory/history::query",
    { config: { operation: "POST inventory/history:query" } },
    (request, reply) => {
      const inUrl = request.query as { cursor?: string };
      const query = historyQuery.safeParse({ ...inUrl, ...(request.body as object) });
      if (!query.success) return badRequest(reply, query.error);
      const rows = matching(movements, query.data);
      const page = rows.slice(0, PAGE_SIZE);
      const last = page.at(-1);
      const next =
        last === undefined || rows.length <= PAGE_SIZE
          ? null
          : `${apiUrl}/2026-01/inventory/history:query?cursor=${String(last.eventId)}`;
      return { data: page.map(eventView), first: null, next, prev: null, last: null };
    },
  );
}

function matching(movements: MovementLog, query: z.infer<typeof historyQuery>): MovementRecord[] {
  const fromMs =
    query.start_date == null ? Date.now() - DEFAULT_REACH_MS : Date.parse(query.start_date);
  const untilMs = query.end_date == null ? Infinity : Date.parse(query.end_date);
  return [...movements.values()].filter(
    (event) =>
      event.locationId === query.facility_id &&
      event.eventId > (query.cursor ?? 0) &&
      (query.event_category == null || event.category === query.event_category) &&
      (query.inventory_ids == null || query.inventory_ids.includes(event.inventoryId)) &&
      Date.parse(event.at) >= fromMs &&
      Date.parse(event.at) <= untilMs,
  );
}

function eventView(event: MovementRecord): Record<string, unknown> {
  const side = {
    facility_id: event.locationId,
    quantity_change: event.quantityChange,
    committed_quantity_change: event.committedChange,
    lot_number: event.lot,
    expiration_date: event.expiresOn,
    sku: event.sku,
    location_id: null,
    operational_stage: null,
    inventory_status: "",
  };
  return {
    inventory_audit_event_id: event.eventId,
    inventory_id: event.inventoryId,
    event_category: event.category,
    event_datetime: event.at,
    shipbob_order_id: event.orderId,
    primary_reference: event.reference,
    increment: event.quantityChange > 0 ? side : null,
    decrement: event.quantityChange < 0 ? side : null,
  };
}
