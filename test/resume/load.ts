import { setTimeout as sleep } from "node:timers/promises";
import { ReserveInventoryDocument } from "../generated/operations.ts";
import type { Seeded } from "../chaos/seeded.ts";
import { world } from "../src/contract-prices.ts";
import type { GraphqlClient } from "../src/graphql-client.ts";
import { anOrder, placeOrder } from "../src/placing-orders.ts";
import type { SandboxControl } from "../src/sandbox-control.ts";
import { answerWithNonsense, giveUpOrder } from "./stopped-orders.ts";
import { untilAnswered } from "./until-answered.ts";

export type PlacedOrder = {
  readonly orderId: string;
  readonly commandId: string;
  readonly customerId: string;
};

/**
 * Buyers who order and reserve, and ask again with the same key until they are answered; and operators who deal with
 * what stops before them.
 */
export interface Load {
  /** The order of that place in the run, as soon as it is taken. @param place less than the number of orders */
  order(place: number): Promise<PlacedOrder>;
  /** Resolves when everything was answered, and nothing waits for an operator. */
  readonly done: Promise<readonly PlacedOrder[]>;
}

export const WAREHOUSES = ["EAST", "WEST"] as const;
/** Without lots, and plenty of it everywhere. */
export const SKUS = ["NG-10004", "NG-10008"] as const;
const CUSTOMERS = 6;
const MS_PER_SECOND = 1_000;
const RESERVED_SECONDS = 3_600;
/** One order of so many stops before an operator. */
const STOPS_ONE_OF = 3;

const customers = world.customers
  .filter(({ blocked, creditLimit }) => blocked === "none" && Number(creditLimit) === 0)
  .slice(0, CUSTOMERS);

/**
 * Places `orders` orders at a steady pace, and with each reserves a piece of something. The ERP answers one of three with
 * nonsense: it stops before an operator, who takes it on and gives it up.
 * @param options.giveUp ends what is not answered yet, with its reason
 */
export function startLoad(options: {
  readonly client: GraphqlClient;
  readonly sandbox: Pick<SandboxControl, "fault">;
  /** Of an operator. */
  readonly token: string;
  readonly name: string;
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly seeded: Seeded;
  readonly giveUp: AbortSignal;
}): Load {
  const { client, sandbox, token, name, orders, ordersPerSecond, seeded, giveUp } = options;
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
    if (stops(place)) await answerWithNonsense(sandbox, reference);
    const input = anOrder(customer.number, {
      idempotencyKey: reference,
      customerReference: reference,
    });
    const order = await untilAnswered(() => placeOrder(client, input, token), giveUp);
    await untilAnswered(
      () => client.ask(ReserveInventoryDocument, { input: reservation }, token),
      giveUp,
    );
    const { orderId, commandId } = order;
    return { orderId, commandId, customerId: customer.number };
  });
  const settled = placed.map(async (order, place) => {
    const taken = await order;
    if (stops(place)) await giveUpOrder(taken.commandId, { client, token, giveUp });
    return taken;
  });
  const done = Promise.all(settled);
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

function stops(place: number): boolean {
  return place % STOPS_ONE_OF === STOPS_ONE_OF - 1;
}

function pick<Item>(items: readonly [Item, ...Item[]], seeded: Seeded): Item {
  return items[seeded.between(0, items.length - 1)] ?? items[0];
}
