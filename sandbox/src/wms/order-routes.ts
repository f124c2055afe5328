import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { World } from "../world/world.ts";
import { badField, badRequest, notFound, parseIds } from "./answers.ts";
import type { Floor } from "./floor.ts";
import { channelOf } from "./guard.ts";
import type { OrderBook } from "./order-book.ts";
import { orderInput, type OrderInput } from "./order-input.ts";
import { hasReached, type OrderView } from "./order-view.ts";
import type { LineRecord, OrderRecord } from "./records.ts";
import type { StockRoom } from "./stock-room.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 250;

const instant = z.string().refine((text) => !Number.isNaN(Date.parse(text)), "is not a date");
const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const ordersQuery = z.object({
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
type OrdersQuery = z.infer<typeof ordersQuery>;

type OrderDeps = {
  readonly world: World;
  readonly orders: OrderBook;
  readonly stock: StockRoom;
  readonly floor: Floor;
  readonly view: OrderView;
  readonly apiUrl: string;
};

/** Orders and their shipments. */
export function registerOrders(app: FastifyInstance, deps: OrderDeps): void {
  const { orders, floor, view } = deps;
  const book = createBooking(deps);

  app.post("/2026-01/order", { config: { operation: "POST order" } }, (request, reply) => {
    const channelId = channelOf(request, reply);
    if (channelId === null) return reply;
    const input = orderInput.safeParse(request.body);
    if (!input.success) return badRequest(reply, input.error);
    const { reference_id: referenceId } = input.data;
    if (orders.byReference(referenceId) !== undefined) {
      return reply
        .code(422)
        .send({ reference_id: [`An order with reference id ${referenceId} already exists.`] });
    }
    const order = book(input.data, channelId);
    if (order === null) return badField(reply, "location_id", "The location does not exist.");
    return reply.code(201).send(view.order(order));
  });

  app.get("/2026-01/order", { config: { operation: "GET order" } }, (request, reply) => {
    const query = ordersQuery.safeParse(request.query);
    if (!query.success) return badRequest(reply, query.error);
    const found = search(orders, query.data, reply);
    if (found === null) return reply;
    const { Page, Limit } = query.data;
    pageHeaders(
      reply,
      deps.apiUrl,
      request.query as Record<string, string>,
      query.data,
      found.length,
    );
    return reply.send(found.slice((Page - 1) * Limit, Page * Limit).map(view.order));
  });

  app.get(
    "/2026-01/order/:orderId",
    { config: { operation: "GET order/{id}" } },
    (request, reply) => {
      const { orderId } = request.params as { orderId: string };
      const order = orders.get(Number(orderId));
      return order === undefined ? notFound(reply, `Order ${orderId}`) : view.order(order);
    },
  );

  app.post(
    "/2026-01/order/:action",
    { config: { operation: "POST order/{id}:cancel" } },
    (request, reply) => {
      if (channelOf(request, reply) === null) return reply;
      const order = orders.get(idBeforeCancel(request.params));
      if (order === undefined) return notFound(reply, "The order");
      const reason = floor.cancel(order);
      const after = orders.get(order.orderId) ?? order;
      return {
        order_id: order.orderId,
        order: view.order(after),
        status: reason === null ? "Success" : "Failure",
        canceled_shipment_results: [
          { action: "Cancel", shipment_id: order.shipmentId, is_success: reason === null, reason },
        ],
      };
    },
  );
}

/** A shipment by its own number. */
export function registerShipments(app: FastifyInstance, { orders, floor, view }: OrderDeps): void {
  const byPath = (params: unknown) =>
    orders.byShipment(Number((params as { shipmentId: string }).shipmentId));

  app.get(
    "/2026-01/shipment/:shipmentId",
    { config: { operation: "GET shipment/{id}" } },
    (request, reply) => {
      const order = byPath(request.params);
      return order === undefined ? notFound(reply, "The shipment") : view.shipment(order);
    },
  );
  app.get(
    "/2026-01/shipment/:shipmentId/timeline",
    { config: { operation: "GET shipment/{id}/timeline" } },
    (request, reply) => {
      const order = byPath(request.params);
      return order === undefined
        ? notFound(reply, "The shipment")
        : reply.send(view.timeline(order));
    },
  );
  app.post(
    "/2026-01/shipment/:action",
    { config: { operation: "POST shipment/{id}:cancel" } },
    (request, reply) => {
      if (channelOf(request, reply) === null) return reply;
      const order = orders.byShipment(idBeforeCancel(request.params));
      if (order === undefined) return notFound(reply, "The shipment");
      const reason = floor.cancel(order);
      if (reason !== null) return badField(reply, "shipment_id", reason);
      return view.shipment(orders.get(order.orderId) ?? order);
    },
  );
}

/** `100000001:cancel` → 100000001; NaN for any other action, which no order has. */
function idBeforeCancel(params: unknown): number {
  const { action } = params as { action: string };
  return Number(/^(\d+):cancel$/.exec(action)?.[1] ?? Number.NaN);
}

/** Books an order at the location it names, or at the first that has everything. */
function createBooking({ world, stock, floor }: OrderDeps) {
  const inventoryIdOf = new Map(world.items.map((item) => [item.sku, item.wmsInventoryId]));
  const locationIds = world.warehouses.map((site) => site.wmsLocationId);
  return (input: OrderInput, channelId: number): OrderRecord | null => {
    const lines: LineRecord[] = input.products.map(({ sku, reference_id, quantity }) => {
      const wanted = sku ?? reference_id;
      return { inventoryId: inventoryIdOf.get(wanted) ?? null, sku: wanted, quantity, picks: [] };
    });
    const stocked = locationIds.find((id) => stock.shortages(lines, id).length === 0);
    const locationId = input.location_id ?? stocked ?? locationIds[0];
    if (locationId === undefined || !locationIds.includes(locationId)) return null;
    return floor.receive(input, lines, channelId, locationId);
  };
}

/** Orders that match every filter, sorted; `null` when the answer was sent. */
function search(orders: OrderBook, query: OrdersQuery, reply: FastifyReply): OrderRecord[] | null {
  const candidates = candidatesOf(orders, query);
  if (candidates === null) {
    void badField(reply, "IDs", `The value '${query.IDs ?? ""}' is not valid.`);
    return null;
  }
  const found = candidates.filter((order) => matches(order, query));
  return query.SortOrder === "Oldest" ? found : found.reverse();
}

function candidatesOf(orders: OrderBook, { IDs, ReferenceIds }: OrdersQuery): OrderRecord[] | null {
  if (IDs !== undefined) {
    const ids = parseIds(IDs);
    if (ids === null) return null;
    const references = ReferenceIds?.split(",");
    return ids
      .flatMap((orderId) => orders.get(orderId) ?? [])
      .filter(({ input }) => references?.includes(input.reference_id) ?? true)
      .sort((a, b) => a.orderId - b.orderId);
  }
  if (ReferenceIds === undefined) return [...orders.values()];
  const unique = new Set(ReferenceIds.split(","));
  return [...unique]
    .flatMap((reference) => orders.byReference(reference) ?? [])
    .sort((a, b) => a.orderId - b.orderId);
}

function matches(order: OrderRecord, query: OrdersQuery): boolean {
  const tracked = hasReached(order, "Labeled");
  const trackingWanted =
    query.LastTrackingUpdateStartDate !== undefined ||
    query.LastTrackingUpdateEndDate !== undefined;
  return (
    within(order.createdAt, query.StartDate, query.EndDate) &&
    within(order.updatedAt, query.LastUpdateStartDate, query.LastUpdateEndDate) &&
    (!trackingWanted ||
      (tracked &&
        within(
          order.updatedAt,
          query.LastTrackingUpdateStartDate,
          query.LastTrackingUpdateEndDate,
        ))) &&
    (query.HasTracking ?? tracked) === tracked &&
    query.IsTrackingUploaded !== true
  );
}

function within(at: string, from: string | undefined, until: string | undefined): boolean {
  const atMs = Date.parse(at);
  return (
    (from === undefined || atMs >= Date.parse(from)) &&
    (until === undefined || atMs <= Date.parse(until))
  );
}

function pageHeaders(
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
