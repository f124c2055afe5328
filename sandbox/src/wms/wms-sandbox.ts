import type { Advance, SandboxSource, SourceDeps } from "../kit/source.ts";
import { createShippingDesk } from "./carriers.ts";
import { createFloor, type Handling } from "./floor.ts";
import { isBefore } from "./floor-steps.ts";
import { registerGuard, type GuardOptions } from "./guard.ts";
import { createHandOver } from "./hand-over.ts";
import { registerHistory } from "./history-routes.ts";
import { registerInventory } from "./inventory-routes.ts";
import { createMovementLog } from "./movement-log.ts";
import { createNotifier, type Topic } from "./notifier.ts";
import { createOrderBook, referencesOf } from "./order-book.ts";
import { registerOrders } from "./order-routes.ts";
import { createOrderView } from "./order-view.ts";
import { createReceivingDock } from "./receiving.ts";
import { WALK, type OrderRecord, type ShipmentState, type WalkState } from "./records.ts";
import { registerShipments } from "./shipment-routes.ts";
import { registerSites } from "./site-routes.ts";
import { createReturnDesk } from "./return-desk.ts";
import { createStockRoom } from "./stock-room.ts";
import { tamperWithWms } from "./tamper.ts";
import { registerWebhooks } from "./webhook-routes.ts";

/** The personal access token of the demo account. */
export const WMS_TOKEN = "sandbox-wms-token";

export const WMS_DEFAULTS: GuardOptions = {
  token: WMS_TOKEN,
  requestsPerMinute: 150,
  serviceTimeMs: { least: 10, most: 25 },
};

/** States of which the vendor tells by webhook. A pick or a pack has no topic. */
const TOPIC_OF: Readonly<Partial<Record<ShipmentState, Topic>>> = {
  Shipped: "order.shipped",
  Delivered: "order.shipment.delivered",
  Exception: "order.shipment.exception",
  Cancelled: "order.shipment.cancelled",
};
const TARGETS: Readonly<Record<string, WalkState>> = {
  picked: "Picked",
  packed: "Packed",
  shipped: "Shipped",
  inTransit: "InTransit",
  outForDelivery: "OutForDelivery",
  delivered: "Delivered",
};

/** How the vendor words what the faults make it say. */
const REFUSALS: NonNullable<SandboxSource["refusals"]> = {
  error: { headers: {}, body: { statusCode: 500, message: "Internal server error" } },
  rateLimit: {
    headers: { "x-retry-after": "1", "x-remaining-calls": "0" },
    body: { statusCode: 429, message: "Rate limit is exceeded. Try again in 1 seconds." },
  },
};

/** A warehouse that speaks ShipBob's API 2026-01 and works by itself, `clock.speed` times life. */
export function createWmsSandbox(
  deps: SourceDeps,
  options: GuardOptions = WMS_DEFAULTS,
): SandboxSource {
  const { world, store, clock, webhooks, baseUrl } = deps;
  const locationOf = new Map(world.warehouses.map((site) => [site.code, site.wmsLocationId]));
  const stock = createStockRoom(world, store);
  const orders = createOrderBook(world, store);
  const movements = createMovementLog(store);
  const desk = createShippingDesk(world);
  const view = createOrderView(world, desk, orders.partsOf);
  const handOver = createHandOver(world, desk, deps.handOvers);
  const notifier = createNotifier({ store, webhooks, clock });
  const onChange = (order: OrderRecord, state: ShipmentState) => {
    handOver(order);
    const topic = TOPIC_OF[state];
    if (topic === undefined) return;
    notifier.notify(topic, topic === "order.shipped" ? view.order(order) : view.shipment(order));
  };
  const floor = createFloor({ orders, stock, movements, clock, onChange });
  const dock = createReceivingDock({
    world,
    store,
    stock,
    movements,
    clock,
    onStowed: floor.retryExceptions,
  });
  const returnDesk = createReturnDesk({
    world,
    store,
    stock,
    orders,
    movements,
    notifier,
    clock,
    apiUrl: baseUrl,
    onStowed: floor.retryExceptions,
  });

  return {
    name: "wms",
    refusals: REFUSALS,
    register(app) {
      registerGuard(app, options);
      registerSites(app, world);
      registerInventory(app, { world, stock, apiUrl: baseUrl });
      registerHistory(app, { movements, apiUrl: baseUrl });
      const routes = { world, orders, stock, floor, view, apiUrl: baseUrl };
      registerOrders(app, routes);
      registerShipments(app, routes);
      registerWebhooks(app, notifier);
      dock.register(app);
      returnDesk.register(app);
      notifier.resume();
      floor.resume();
      dock.resume();
    },
    documents(type) {
      if (type === "receiving") return dock.documents();
      if (type === "return") return returnDesk.documents();
      if (type === "stock") {
        return world.items.flatMap(({ sku, wmsInventoryId }) =>
          world.warehouses.map(({ code, wmsLocationId }) => ({
            references: [sku],
            get body() {
              return { sku, warehouse: code, ...stock.at(wmsInventoryId, wmsLocationId) };
            },
          })),
        );
      }
      if (type !== "order" && type !== "shipment") return [];
      const records = type === "order" ? orders.values() : orders.shipments();
      return [...records].map((order) => ({
        references: referencesOf(order),
        get body() {
          return type === "order" ? view.order(order) : view.shipment(order);
        },
      }));
    },
    advance(reference, to, how = {}) {
      const target = TARGETS[to];
      const live = orders.find(reference).filter((order) => isMeant(order, how, locationOf));
      if (target === undefined || live.length === 0) return false;
      const handling = handlingOf(how);
      if (handling === null) {
        return live.map((order) => floor.advance(order, target)).every((reached) => reached);
      }
      // What goes otherwise is one shipment's: the others stay where they are.
      const [first] = live.filter(({ state }) => isBefore(state, WALK.indexOf("Packed")));
      return first !== undefined && floor.advance(first, target, handling);
    },
    recount(sku, warehouse, onHand) {
      const item = world.items.find((known) => known.sku === sku && known.tracking !== "LOT");
      const site = world.warehouses.find(({ code }) => code === warehouse);
      if (item === undefined || site === undefined) return false;
      const { wmsInventoryId: inventoryId } = item;
      const { wmsLocationId: locationId } = site;
      const quantityChange = stock.recount(inventoryId, locationId, onHand);
      const adjusted = { inventoryId, sku, locationId, quantityChange };
      if (quantityChange !== 0) movements.recordAdjusted(adjusted, clock.now().toISOString());
      if (quantityChange > 0) floor.retryExceptions(locationId);
      return true;
    },
    receive: (reference, arrived, isDone) => dock.receive(reference, arrived, isDone),
    takeBack: (reference, to, found) => returnDesk.takeBack(reference, to, found),
    tamper: (type, reference, change) =>
      tamperWithWms({ world, stock, orders }, type, reference, change),
    stop() {
      floor.stop();
      dock.stop();
    },
  };
}

/** Whether somebody who names a release or a building means this shipment; one that is cancelled nobody means. */
function isMeant(
  { state, input, locationId }: OrderRecord,
  { release, warehouse }: Advance,
  locationOf: ReadonlyMap<string, number>,
): boolean {
  return (
    state !== "Cancelled" &&
    (warehouse === undefined || locationOf.get(warehouse) === locationId) &&
    (release === undefined || input.reference_id.endsWith(`:${String(release)}`))
  );
}

/** @returns `null` where everything is sent as it is */
function handlingOf({ short, reason, parcels, later }: Advance): Handling | null {
  if (short === undefined && parcels === undefined && later === undefined) return null;
  return {
    ...(short === undefined ? {} : { mishap: { reason: reason ?? "SHORT_PICK", short } }),
    ...(parcels === undefined ? {} : { parcels }),
    ...(later === undefined ? {} : { later }),
  };
}
