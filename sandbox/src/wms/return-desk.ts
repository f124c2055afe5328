import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { SandboxClock } from "../kit/clock.ts";
import type { ControlDocument, ReturnedGoods } from "../kit/source.ts";
import type { Store } from "../kit/store.ts";
import type { World } from "../world/world.ts";
import { badField, badRequest, idBeforeCancel, notFound, parseIds } from "./answers.ts";
import { channelOf } from "./guard.ts";
import type { MovementLog } from "./movement-log.ts";
import type { Notifier, Topic } from "./notifier.ts";
import type { OrderBook } from "./order-book.ts";
import { CHANNEL_ID } from "./past-orders.ts";
import type { ReturnAction, ReturnItem, ReturnRecord } from "./records.ts";
import type { StockRoom } from "./stock-room.ts";
import { pageQuery, urlPage } from "./url-pages.ts";

const FIRST_RETURN_ID = 500_001;
const MAX_COUNT = 2_147_483_647;
/** A lot of which nobody knows any more when it expires. */
const NEVER = "9999-12-31";

const returnInput = z.object({
  reference_id: z.string().min(1).max(50),
  fulfillment_center: z.object({ id: z.int() }),
  original_shipment_id: z.int().nullish(),
  tracking_number: z.string().max(500).nullish(),
  inventory: z
    .array(
      z.object({
        id: z.int(),
        quantity: z.int().min(1).max(MAX_COUNT),
        requested_action: z
          .enum(["Default", "Restock", "Quarantine", "Dispose"])
          .default("Default"),
        lot_number: z.string().nullish(),
        lot_date: z.string().nullish(),
      }),
    )
    .min(1),
});
type ReturnInput = z.infer<typeof returnInput>;

const listQuery = pageQuery.extend({
  Ids: z.string().optional(),
  ReferenceIds: z.string().optional(),
  Status: z.string().optional(),
});

type ReturnDeps = {
  readonly world: World;
  readonly store: Store;
  readonly stock: StockRoom;
  readonly orders: OrderBook;
  readonly movements: MovementLog;
  readonly notifier: Notifier;
  readonly clock: SandboxClock;
  readonly apiUrl: string;
  readonly onStowed: (locationId: number) => void;
};

/** Return orders: announced, cancelled while they are awaited, taken in and inspected by people. */
export interface ReturnDesk {
  register(app: FastifyInstance): void;
  /** As `SandboxSource.takeBack` says. */
  takeBack(
    reference: string,
    to: "received" | "inspected",
    found: readonly ReturnedGoods[] | null,
  ): boolean;
  documents(): readonly ControlDocument[];
}

export function createReturnDesk(deps: ReturnDeps): ReturnDesk {
  const { world, store, stock, orders, movements, notifier, clock, apiUrl, onStowed } = deps;
  const returns = store.collection<ReturnRecord>("returns");
  const siteOf = new Map(world.warehouses.map((site) => [site.wmsLocationId, site]));
  const itemOf = new Map(world.items.map((item) => [item.wmsInventoryId, item]));
  const view = (record: ReturnRecord) =>
    viewOf(record, siteOf.get(record.locationId)?.name ?? null);
  const save = (record: ReturnRecord, topic: Topic) => {
    returns.put(String(record.returnId), record);
    notifier.notify(topic, view(record));
  };

  /** The lot that goods left with, and when it expires. */
  const lotOf = ({ shipmentId }: ReturnRecord, sku: string, lot: string | null) => {
    const picks = (shipmentId === null ? undefined : orders.byShipment(shipmentId))?.lines
      .filter((line) => line.sku === sku)
      .flatMap((line) => line.picks);
    const pick = picks?.find((one) => one.lot !== null && (lot === null || one.lot === lot));
    if (pick?.lot != null) return { number: pick.lot, expiresOn: pick.expiresOn ?? NEVER };
    return lot === null ? null : { number: lot, expiresOn: NEVER };
  };

  const putBack = (record: ReturnRecord, items: readonly ReturnItem[], at: string) => {
    for (const { inventoryId, sku, actions } of items) {
      for (const { action, quantity, lot } of actions) {
        if (action !== "Restock") continue;
        const known = lotOf(record, sku, lot);
        stock.restock(inventoryId, record.locationId, quantity, known);
        movements.recordRestocked(
          {
            inventoryId,
            sku,
            locationId: record.locationId,
            quantityChange: quantity,
            lot: known?.number ?? null,
            expiresOn: known?.expiresOn ?? null,
          },
          at,
        );
      }
    }
    onStowed(record.locationId);
  };

  const inspect = (record: ReturnRecord, found: readonly ReturnedGoods[] | null) => {
    const at = clock.now().toISOString();
    const items = found === null ? asAnnounced(record) : asFound(record, found);
    putBack(record, items, at);
    save({ ...record, items, status: "Completed", completedAt: at }, "return.completed");
  };
  const asAnnounced = (record: ReturnRecord): ReturnItem[] =>
    record.items.map((item) => ({
      ...item,
      actions: [
        {
          action: item.requested === "Default" ? "Restock" : item.requested,
          quantity: item.quantity,
          lot: lotOf(record, item.sku, item.lot)?.number ?? null,
        },
      ],
    }));
  const asFound = (record: ReturnRecord, found: readonly ReturnedGoods[]): ReturnItem[] => {
    const skus = [
      ...new Set([...record.items.map(({ sku }) => sku), ...found.map(({ sku }) => sku)]),
    ];
    return skus.flatMap((sku) => {
      const known = record.items.find((item) => item.sku === sku);
      const inventoryId = world.items.find((item) => item.sku === sku)?.wmsInventoryId;
      if (inventoryId === undefined) return [];
      const actions = found
        .filter((goods) => goods.sku === sku)
        .map(({ quantity, action, lot }) => ({
          action,
          quantity,
          lot: lot ?? lotOf(record, sku, null)?.number ?? null,
        }));
      const bare = { inventoryId, sku, quantity: 0, requested: "Default", lot: null } as const;
      return [{ ...(known ?? bare), actions }];
    });
  };

  return {
    register(app) {
      app.post("/2026-01/return", { config: { operation: "POST return" } }, (request, reply) => {
        if (channelOf(request, reply) === null) return reply;
        const input = returnInput.safeParse(request.body);
        if (!input.success) return badRequest(reply, input.error);
        const problem = complaint(input.data, siteOf, itemOf);
        if (problem !== null) return badField(reply, problem.field, problem.message);
        const record = recordOf(input.data, {
          returnId: FIRST_RETURN_ID + returns.size,
          skuOf: (id) => itemOf.get(id)?.sku ?? "",
          at: clock.now().toISOString(),
        });
        save(record, "return.created");
        return reply.code(201).send(view(record));
      });
      app.get("/2026-01/return", { config: { operation: "GET return" } }, (request, reply) => {
        const query = listQuery.safeParse(request.query);
        if (!query.success) return badRequest(reply, query.error);
        const wanted = [...returns.values()].filter(filterOf(query.data));
        const asked = request.query as Record<string, string>;
        return reply.send(urlPage(wanted, query.data, `${apiUrl}/2026-01/return`, asked, view));
      });
      app.get(
        "/2026-01/return/:id",
        { config: { operation: "GET return/{id}" } },
        (request, reply) => {
          const record = returns.get((request.params as { id: string }).id);
          return record === undefined ? notFound(reply, "The return order") : view(record);
        },
      );
      app.post(
        "/2026-01/return/:action",
        { config: { operation: "POST return/{id}:cancel" } },
        (request, reply) => {
          const record = returns.get(String(idBeforeCancel(request.params)));
          if (record === undefined) return notFound(reply, "The return order");
          if (record.status === "Cancelled") return view(record);
          if (record.status !== "AwaitingArrival") {
            return badField(reply, "id", `A return that is ${record.status} cannot be cancelled.`);
          }
          const cancelled = { ...record, status: "Cancelled" } as const;
          save(cancelled, "return.updated");
          return view(cancelled);
        },
      );
    },
    takeBack(reference, to, found) {
      const record = [...returns.values()].find(
        (one) => isAwaited(one) && one.referenceId === reference,
      );
      if (record === undefined) return false;
      if (to === "inspected") inspect(record, found);
      else save({ ...record, status: "Arrived" }, "return.updated");
      return true;
    },
    documents: () =>
      [...returns.values()].map((record) => ({
        references: [
          String(record.returnId),
          record.referenceId,
          // The number of the authorization, of which this is one box.
          record.referenceId.replace(/-\d+$/, ""),
        ],
        body: view(record),
      })),
  };
}

function isAwaited({ status }: ReturnRecord): boolean {
  return status === "AwaitingArrival" || status === "Arrived";
}

function complaint(
  { fulfillment_center: center, inventory }: ReturnInput,
  siteOf: ReadonlyMap<number, unknown>,
  itemOf: ReadonlyMap<number, unknown>,
): { readonly field: string; readonly message: string } | null {
  if (!siteOf.has(center.id)) {
    return { field: "fulfillment_center.id", message: "The fulfillment center does not exist." };
  }
  for (const [at, { id }] of inventory.entries()) {
    const field = `inventory.${String(at)}.id`;
    if (!itemOf.has(id)) return { field, message: `${String(id)} does not exist.` };
    if (inventory.findIndex((other) => other.id === id) !== at) {
      return { field, message: `${String(id)} is there twice.` };
    }
  }
  return null;
}

function recordOf(
  input: ReturnInput,
  { returnId, skuOf, at }: { returnId: number; skuOf: (id: number) => string; at: string },
): ReturnRecord {
  return {
    returnId,
    referenceId: input.reference_id,
    locationId: input.fulfillment_center.id,
    shipmentId: input.original_shipment_id ?? null,
    trackingNumber: input.tracking_number ?? null,
    status: "AwaitingArrival",
    items: input.inventory.map(
      ({ id, quantity, requested_action: requested, lot_number: lot }) => ({
        inventoryId: id,
        sku: skuOf(id),
        quantity,
        requested,
        lot: lot ?? null,
        actions: [],
      }),
    ),
    createdAt: at,
    completedAt: null,
  };
}

function filterOf({
  Ids,
  ReferenceIds,
  Status,
}: z.output<typeof listQuery>): (record: ReturnRecord) => boolean {
  const ids = Ids === undefined ? null : (parseIds(Ids) ?? []);
  const references = ReferenceIds?.split(",") ?? null;
  const statuses = Status?.split(",") ?? null;
  return ({ returnId, referenceId, status }) =>
    (ids?.includes(returnId) ?? true) &&
    (references?.includes(referenceId) ?? true) &&
    (statuses?.includes(status) ?? true);
}

const ACTION_TYPES: Readonly<Record<ReturnAction, string>> = {
  Default: "InventoryDefault",
  Restock: "InventoryRestock",
  Quarantine: "InventoryQuarantine",
  Dispose: "InventoryDispose",
};

function viewOf(record: ReturnRecord, siteName: string | null): Record<string, unknown> {
  return {
    id: record.returnId,
    reference_id: record.referenceId,
    store_order_id: null,
    customer_name: null,
    status: record.status,
    return_type: "Regular",
    tracking_number: record.trackingNumber,
    original_shipment_id: record.shipmentId,
    channel: { id: CHANNEL_ID, name: "Crossdock" },
    fulfillment_center: { id: record.locationId, name: siteName },
    insert_date: record.createdAt,
    completed_date: record.completedAt,
    invoice_amount: null,
    transactions: [],
    inventory: record.items.map(({ inventoryId, sku, quantity, requested, actions }) => ({
      id: inventoryId,
      name: sku,
      quantity,
      action_requested: {
        action: requested,
        action_type: ACTION_TYPES[requested],
        instructions: null,
      },
      action_taken: actions.map(({ action, quantity: processed, lot }) => ({
        action,
        action_reason: null,
        quantity_processed: processed,
        lot_information:
          lot === null
            ? []
            : [{ lot_number: lot, expiration_date: null, quantity_processed: processed }],
      })),
    })),
  };
}
