import type { FastifyInstance, FastifyRequest } from "fastify";
import type { World } from "../world/world.ts";
import { badField, badRequest, idBeforeCancel, notFound } from "./answers.ts";
import type { Floor } from "./floor.ts";
import { channelOf } from "./guard.ts";
import type { OrderBook } from "./order-book.ts";
import { orderInput, type OrderInput } from "./order-input.ts";
import { ordersQuery, pageHeaders, search } from "./order-search.ts";
import type { OrderView } from "./order-view.ts";
import type { LineRecord, OrderRecord } from "./records.ts";
import type { StockRoom } from "./stock-room.ts";

export type OrderDeps = {
  readonly world: World;
  readonly orders: OrderBook;
  readonly stock: StockRoom;
  readonly floor: Floor;
  readonly view: OrderView;
  readonly apiUrl: string;
};

/** Orders: created, listed, cancelled. */
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

  app.get(
    "/2026-01/order",
    { config: { operation: "GET order", detailOf: nameListing } },
    (request, reply) => {
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
    },
  );

  app.get(
    "/2026-01/order/:orderId",
    { config: { operation: "GET order/{id}" } },
    (request, reply) => {
      const { orderId } = request.params as { orderId: string };
      const order = orders.order(Number(orderId));
      return order === undefined ? notFound(reply, `Order ${orderId}`) : view.order(order);
    },
  );

  app.post(
    "/2026-01/order/:action",
    { config: { operation: "POST order/{id}:cancel" } },
    (request, reply) => {
      if (channelOf(request, reply) === null) return reply;
      const order = orders.order(idBeforeCancel(request.params));
      if (order === undefined) return notFound(reply, "The order");
      const results = orders.partsOf(order).map((part) => {
        const reason = floor.cancel(part);
        const is_success = reason === null;
        return { action: "Cancel", shipment_id: part.shipmentId, is_success, reason };
      });
      return {
        order_id: order.orderId,
        order: view.order(order),
        status: results.every(({ is_success }) => is_success) ? "Success" : "Failure",
        canceled_shipment_results: results,
      };
    },
  );
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

/** Tells a read of orders from a look for changes. */
function nameListing({ query }: FastifyRequest): string {
  return "LastUpdateStartDate" in (query as object) ? "changes" : "";
}
