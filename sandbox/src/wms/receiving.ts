import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { SandboxClock } from "../kit/clock.ts";
import type { Store } from "../kit/store.ts";
import type { World } from "../world/world.ts";
import { badField, badRequest, notFound } from "./answers.ts";
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

export interface ReceivingDock {
  register(app: FastifyInstance): void;
  resume(): void;
  stop(): void;
}

/** Warehouse receiving orders: announced goods arrive and are stowed by themselves. */
export function createReceivingDock(deps: ReceivingDeps): ReceivingDock {
  const { world, store, stock, movements, clock, onStowed } = deps;
  const receivings = store.collection<ReceivingRecord>("receivings");
  const timers = new Set<NodeJS.Timeout>();

  const stow = (receivingId: number) => {
    const receiving = receivings.get(String(receivingId));
    if (receiving?.status !== "Awaiting") return;
    for (const { inventoryId, quantity, lot, expiresOn } of receiving.items) {
      const lotOf = lot === null || expiresOn === null ? null : { number: lot, expiresOn };
      stock.stow(inventoryId, receiving.locationId, quantity, lotOf);
    }
    const at = clock.now().toISOString();
    receivings.put(String(receivingId), { ...receiving, status: "Completed", updatedAt: at });
    movements.recordStowed(receiving, at);
    onStowed(receiving.locationId);
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
        "/2026-01/receiving/:id",
        { config: { operation: "GET receiving/{id}" } },
        (request, reply) => {
          const receiving = receivings.get((request.params as { id: string }).id);
          return receiving === undefined ? notFound(reply, "The receiving order") : view(receiving);
        },
      );
    },
    resume() {
      for (const receiving of receivings.values())
        if (receiving.status === "Awaiting") schedule(receiving);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
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

function view(receiving: ReceivingRecord): Record<string, unknown> {
  const received = receiving.status === "Completed";
  return {
    id: receiving.receivingId,
    purchase_order_number: receiving.purchaseOrderNumber,
    status: receiving.status,
    expected_arrival_date: receiving.expectedAt,
    fulfillment_center: { id: receiving.locationId },
    insert_date: receiving.createdAt,
    last_updated_date: receiving.updatedAt,
    inventory_quantities: receiving.items.map(({ inventoryId, sku, quantity }) => ({
      inventory_id: inventoryId,
      sku,
      expected_quantity: quantity,
      received_quantity: received ? quantity : 0,
      stowed_quantity: received ? quantity : 0,
    })),
  };
}
