import type { FastifyInstance } from "fastify";
import { badField, idBeforeCancel, notFound } from "./answers.ts";
import { channelOf } from "./guard.ts";
import type { OrderDeps } from "./order-routes.ts";

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
