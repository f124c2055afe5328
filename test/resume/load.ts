import { setTimeout as sleep } from "node:timers/promises";
import { ReserveInventoryDocument } from "../generated/operations.ts";
import type { Seeded } from "../chaos/seeded.ts";
import { world } from "../src/contract-prices.ts";
import type { GraphqlClient } from "../src/graphql-client.ts";
import { anOrder, placeOrder } from "../src/placing-orders.ts";

export type PlacedOrder = {
  readonly orderId: string;
  readonly commandId: string;
  readonly customerId: string;
};

/** Buyers who order and reserve, and ask again with the same key until they are answered. */
export interface Load {
  /** The order of that place in the run, as soon as it is taken. @param place less than the number of orders */
  order(place: number): Promise<PlacedOrder>;
  /** Resolves when everything was answered. */
  readonly done: Promise<readonly PlacedOrder[]>;
}

export const WAREHOUSES = ["EAST", "WEST"] as const;
/** Without lots, and plenty of it everywhere. */
export const SKUS = ["NG-10004", "NG-10008"] as const;
const CUSTOMERS = 6;
const ASK_AGAIN_MS = 300;
const MS_PER_SECOND = 1_000;
const RESERVED_SECONDS = 3_600;

const customers = world.customers
  .filter(({ blocked, creditLimit }) => blocked === "none" && Number(creditLimit) === 0)
  .slice(0, CUSTOMERS);

/**
 * Places `orders` orders at a steady pace, and with each reserves a piece of something.
 * @param options.giveUp ends what is not answered yet, with its reason
 */
export function startLoad(options: {
  readonly client: GraphqlClient;
  readonly token: string;
  readonly name: string;
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly seeded: Seeded;
  readonly giveUp: AbortSignal;
}): Load {
  const { client, token, name, orders, ordersPerSecond, seeded, giveUp } = options;
  const dueAt = Date.now();
  const everyMs = MS_PER_SECOND / ordersPerSecond;
  const placed = Array.from({ length: orders }, async (_none, place) => {
    const customer = customers[seeded.between(0, customers.length - 1)];
    if (customer === undefined) throw new Error("There are no customers without a credit limit.");
    const reference = `${name}-${String(place + 1).padStart(4, "0")}`;
    const reservation = {
      idempotencyKey: `${reference}-stock`,
      sku: pick(SKUS, seeded),
      warehouse: pick(WAREHOUSES, seeded),
      quantity: "1",
      ttlSeconds: RESERVED_SECONDS,
    };
    await sleep(Math.max(0, dueAt + place * everyMs - Date.now()));
    const input = anOrder(customer.number, { idempotencyKey: reference });
    const order = await untilAnswered(() => placeOrder(client, input, token), giveUp);
    await untilAnswered(
      () => client.ask(ReserveInventoryDocument, { input: reservation }, token),
      giveUp,
    );
    const { orderId, commandId } = order;
    return { orderId, commandId, customerId: customer.number };
  });
  const done = Promise.all(placed);
  done.catch(() => undefined); // told to whoever waits for it
  return {
    done,
    order: async (place) => {
      const order = placed[place];
      if (order === undefined) throw new RangeError(`There is no order ${String(place)}.`);
      return order;
    },
  };
}

/** The program may be dead when it is asked, or die while it answers. */
async function untilAnswered<Answer>(
  ask: () => Promise<Answer>,
  giveUp: AbortSignal,
): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (giveUp.aborted) throw error;
      await sleep(ASK_AGAIN_MS);
    }
  }
}

function pick<Item>(items: readonly [Item, ...Item[]], seeded: Seeded): Item {
  return items[seeded.between(0, items.length - 1)] ?? items[0];
}
