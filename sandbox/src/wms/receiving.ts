import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { SandboxClock } from "../kit/clock.ts";
import type { ArrivedGoods, ControlDocument } from "../kit/source.ts";
import type { Store } from "../kit/store.ts";
import type { World } from "../world/world.ts";
import { badField, badRequest, idBeforeCancel, notFound, parseIds } from "./answers.ts";
import type { MovementLog } from "./movement-log.ts";
import type { ReceivingRecord } from "./records.ts";
import type { StockRoom } from "./stock-room.ts";

const FIRST_RECEIVING_ID = 400_001;
/** Announced goods are on the shelf after this much warehouse time. */
const STOW_AFTER_MS = 30 * 60_000;

const receivingInput = z.object({
  fulfillment_center: z.object({ id: z.int() }),
  purchase_order_number: z.string().nullish(),
  expected_arrival_date: z.string(),
  boxes: z
    .array(
      z.object({
        box_items: z
          .array(
            z.object({
              inventory_id: z.int(),
              quantity: z.int().min(1).max(2_147_483_647),
              lot_number: z.string().nullish(),
              lot_date: z.string().nullish(),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});
type ReceivingInput = z.infer<typeof receivingInput>;

type ReceivingDeps = {
  readonly world: World;
  readonly store: Store;
  readonly stock: StockRoom;
  readonly movements: MovementLog;
  readonly clock: SandboxClock;
  readonly onStowed: (locationId: number) => void;
};

const MAX_LIMIT = 250;
const listQuery = z.object({
  Page: z.coerce.number().int().min(1).default(1),
  Limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(50),
  IDs: z.string().optional(),
  Statuses: z.string().optional(),
  PurchaseOrderNumbers: z.string().optional(),
});

export interface ReceivingDock {
  register(app: FastifyInstance): void;
  /** Goods come, as `SandboxSource.receive` says. */
  receive(reference: string, arrived: readonly ArrivedGoods[], isDone: boolean): boolean;
  documents(): readonly ControlDocument[];
  resume(): void;
  stop(): void;
}

/** Warehouse receiving orders: announced goods arrive and are stowed by themselves. */
export function createReceivingDock(deps: ReceivingDeps): ReceivingDock {
  const { world, store, stock, movements, clock, onStowed } = deps;
  const receivings = store.collection<ReceivingRecord>("receivings");
  const timers = new Set<NodeJS.Timeout>();

  /** What has come until now, by item; what came before is on the shelf already. */
  const take = (
    receiving: ReceivingRecord,
    arrivedOf: (item: ReceivingItem) => Pick<ReceivingItem, "received" | "stowed">,
    isDone: boolean,
  ) => {
    const at = clock.now().toISOString();
    const items = receiving.items.map((item) => ({ ...item, ...arrivedOf(item) }));
    const stowed = items.map((item, nth) => {
      const { quantity, lot, expiresOn, inventoryId, stowed: now = 0 } = item;
      const before = receiving.items[nth]?.stowed ?? 0;
      const awaited = Math.max(0, quantity - before);
      const lotOf = lot === null || expiresOn === null ? null : { number: lot, expiresOn };
      const noLongerAwaited = isDone ? awaited : Math.min(awaited, now - before);
      stock.stow(inventoryId, receiving.locationId, now - before, lotOf, noLongerAwaited);
      return { ...item, quantity: now - before };
    });
    const status = isDone ? "Completed" : "PartiallyArrived";
    receivings.put(String(receiving.receivingId), { ...receiving, items, status, updatedAt: at });
    movements.recordStowed({ ...receiving, items: stowed }, at);
    onStowed(receiving.locationId);
  };
  const stow = (receivingId: number) => {
    const receiving = receivings.get(String(receivingId));
    if (receiving?.status !== "Awaiting") return;
    take(receiving, ({ quantity }) => ({ received: quantity, stowed: quantity }), true);
  };
  const schedule = ({ receivingId, createdAt }: ReceivingRecord) => {
    const waitMs = Date.parse(createdAt) + clock.scaled(STOW_AFTER_MS) - clock.now().getTime();
    if (!Number.isFinite(waitMs)) return;
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        stow(receivingId);
      },
      Math.max(0, waitMs),
    );
    timers.add(timer);
  };

  return {
    register(app) {
      app.post(
        "/2026-01/receiving",
        { config: { operation: "POST receiving" } },
        (request, reply) => {
          const input = receivingInput.safeParse(request.body);
          if (!input.success) return badRequest(reply, input.error);
          const problem = complaint(world, input.data);
          if (problem !== null) return badField(reply, problem.field, problem.message);
          const at = clock.now().toISOString();
          const receiving = recordOf(world, input.data, FIRST_RECEIVING_ID + receivings.size, at);
          receivings.put(String(receiving.receivingId), receiving);
          for (const { inventoryId, quantity } of receiving.items) {
            stock.announce(inventoryId, receiving.locationId, quantity);
          }
          schedule(receiving);
          return reply.code(201).send(view(receiving));
        },
      );
      app.get(
        "/2026-01/receiving",
        { config: { operation: "GET receiving" } },
        (request, reply) => {
          const query = listQuery.safeParse(request.query);
          if (!query.success) return badRequest(reply, query.error);
          const { Page, Limit } = query.data;
          const wanted = [...receivings.values()].filter(filterOf(query.data));
          return reply.send(wanted.slice((Page - 1) * Limit, Page * Limit).map(view));
        },
      );
      app.post(
        "/2026-01/receiving/:action",
        { config: { operation: "POST receiving/{id}:cancel" } },
        (request, reply) => {
          const receiving = receivings.get(String(idBeforeCancel(request.params)));
          if (receiving === undefined) return notFound(reply, "The receiving order");
          if (receiving.status === "Cancelled") return view(receiving);
          if (receiving.status !== "Awaiting") {
            const message = `A receiving order that is ${receiving.status} cannot be cancelled.`;
            return reply.code(422).send({ message });
          }
          for (const { inventoryId, quantity } of receiving.items) {
            stock.announce(inventoryId, receiving.locationId, -quantity);
          }
          const at = clock.now().toISOString();
          const cancelled = { ...receiving, status: "Cancelled", updatedAt: at } as const;
          receivings.put(String(receiving.receivingId), cancelled);
          return view(cancelled);
        },
      );
      app.get(
        "/2026-01/receiving/:id",
        { config: { operation: "GET receiving/{id}" } },
        (request, reply) => {
          const receiving = receivings.get((request.params as { id: string }).id);
          return receiving === undefined ? notFound(reply, "The receiving order") : view(receiving);
        },
      );
    },
    receive(reference, arrived, isDone) {
      const receiving = [...receivings.values()].find(
        (each) => referencesOf(each).includes(reference) && isAwaited(each),
      );
      if (receiving === undefined) return false;
      // Of a product in several lots the first ones come before the others.
      const left = new Map(arrived.map((goods) => [goods.sku, { ...goods }]));
      take(
        receiving,
        (item) => {
          const named = left.get(item.sku);
          if (named !== undefined) {
            const isLast = receiving.items.findLast(({ sku }) => sku === item.sku) === item;
            const received = isLast ? named.received : Math.min(named.received, item.quantity);
            const stowed = Math.min(named.stowed, received);
            const { sku } = item;
            left.set(sku, {
              sku,
              received: named.received - received,
              stowed: named.stowed - stowed,
            });
            return { received, stowed };
          }
          const { received = 0, stowed = 0, quantity } = item;
          return isDone ? { received: quantity, stowed: quantity } : { received, stowed };
        },
        isDone,
      );
      return true;
    },
    documents: () =>
      [...receivings.values()].map((receiving) => ({
        references: referencesOf(receiving),
        body: view(receiving),
      })),
    resume() {
      for (const receiving of receivings.values())
        if (receiving.status === "Awaiting") schedule(receiving);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

type ReceivingItem = ReceivingRecord["items"][number];

function isAwaited({ status }: ReceivingRecord): boolean {
  return status === "Awaiting" || status === "PartiallyArrived";
}

/** Its own number, the purchase order's, and each part of that, for callers who put a key of their own into it. */
function referencesOf({ receivingId, purchaseOrderNumber }: ReceivingRecord): readonly string[] {
  const named = purchaseOrderNumber ?? "";
  return [...new Set([String(receivingId), named, ...named.split("~")])].filter(Boolean);
}

function filterOf({
  IDs,
  Statuses,
  PurchaseOrderNumbers,
}: z.output<typeof listQuery>): (receiving: ReceivingRecord) => boolean {
  const ids = IDs === undefined ? null : (parseIds(IDs) ?? []);
  const statuses = Statuses?.split(",") ?? null;
  const numbers = PurchaseOrderNumbers?.split(",") ?? null;
  return ({ receivingId, status, purchaseOrderNumber }) =>
    (ids?.includes(receivingId) ?? true) &&
    (statuses?.includes(status) ?? true) &&
    (numbers?.includes(purchaseOrderNumber ?? "") ?? true);
}

function complaint(
  world: World,
  input: ReceivingInput,
): { readonly field: string; readonly message: string } | null {
  if (!world.warehouses.some((site) => site.wmsLocationId === input.fulfillment_center.id)) {
    return { field: "fulfillment_center.id", message: "The fulfillment center does not exist." };
  }
  for (const { inventory_id, lot_number, lot_date } of input.boxes.flatMap(
    (box) => box.box_items,
  )) {
    const item = world.items.find(({ wmsInventoryId }) => wmsInventoryId === inventory_id);
    if (item === undefined)
      return { field: "inventory_id", message: `${String(inventory_id)} does not exist.` };
    if (item.tracking === "LOT" && (lot_number == null || lot_date == null)) {
      return { field: "lot_number", message: `${item.sku} is kept by lot.` };
    }
  }
  return null;
}

function recordOf(
  world: World,
  input: ReceivingInput,
  receivingId: number,
  at: string,
): ReceivingRecord {
  const skuOf = (inventoryId: number) =>
    world.items.find(({ wmsInventoryId }) => wmsInventoryId === inventoryId)?.sku ?? "";
  return {
    receivingId,
    locationId: input.fulfillment_center.id,
    purchaseOrderNumber: input.purchase_order_number ?? null,
    expectedAt: input.expected_arrival_date,
    items: input.boxes.flatMap(({ box_items }) =>
      box_items.map(({ inventory_id, quantity, lot_number, lot_date }) => ({
        inventoryId: inventory_id,
        sku: skuOf(inventory_id),
        quantity,
        lot: lot_number ?? null,
        expiresOn: lot_date?.slice(0, 10) ?? null,
      })),
    ),
    status: "Awaiting",
    createdAt: at,
    updatedAt: at,
  };
}

/** Quantities are told by item, those of its lots together. */
function view(receiving: ReceivingRecord): Record<string, unknown> {
  const byItem = new Map<number, Required<Omit<ReceivingItem, "lot" | "expiresOn">>>();
  for (const { inventoryId, sku, quantity, received = 0, stowed = 0 } of receiving.items) {
    const before = byItem.get(inventoryId);
    byItem.set(inventoryId, {
      inventoryId,
      sku,
      quantity: quantity + (before?.quantity ?? 0),
      received: received + (before?.received ?? 0),
      stowed: stowed + (before?.stowed ?? 0),
    });
  }
  return {
    id: receiving.receivingId,
    purchase_order_number: receiving.purchaseOrderNumber,
    status: receiving.status,
    expected_arrival_date: receiving.expectedAt,
    fulfillment_center: { id: receiving.locationId },
    insert_date: receiving.createdAt,
    last_updated_date: receiving.updatedAt,
    inventory_quantities: [...byItem.values()].map((item) => ({
      inventory_id: item.inventoryId,
      sku: item.sku,
      expected_quantity: item.quantity,
      received_quantity: item.received,
      stowed_quantity: item.stowed,
    })),
  };
}
