import { setTimeout as sleep } from "node:timers/promises";
import { CommandDocument, OrderStatusDocument } from "../generated/operations.ts";
import type { ChaosStack } from "./chaos-stack.ts";
import type { Placed } from "./load.ts";

export type Acknowledged = Extract<Placed, { kind: "acknowledged" }>;

/** Where an order that was acknowledged stands. */
export type Standing = {
  readonly order: Acknowledged;
  /** `null` when the ledger does not know the command. */
  readonly command: string | null;
  readonly status: string | null;
};

/** Documents at the sources under an order's reference. */
export type Documents = { readonly erp: number; readonly wms: number; readonly finance: number };

const COMMAND_ENDS = new Set(["SUCCEEDED", "REJECTED", "DEAD_LETTERED", "CANCELLED"]);
/** The path's end, and the ends that a person sees. */
const ORDER_ENDS = new Set(["INVOICED", "CLOSED", "CANCELLED", "REJECTED", "ON_HOLD"]);
export const BILLED: ReadonlySet<string | null> = new Set(["INVOICED", "CLOSED"]);
const LOOK_AGAIN_MS = 1_000;

export function isSettled({ command, status }: Standing): boolean {
  // A refused or given up submission has an order that goes nowhere; the command's end is visible.
  if (command !== "SUCCEEDED") return command !== null && COMMAND_ENDS.has(command);
  return status !== null && ORDER_ENDS.has(status);
}

/** Looks until every order has come to an end. @returns where they stand then, or after `limitMs` */
export async function drain(
  stack: ChaosStack,
  orders: readonly Acknowledged[],
  limitMs: number,
  say: (text: string) => void,
): Promise<readonly Standing[]> {
  const until = Date.now() + limitMs;
  const standings = new Map<string, Standing>();
  for (;;) {
    const open = orders.filter((order) => {
      const standing = standings.get(order.commandId);
      return standing === undefined || !isSettled(standing);
    });
    for (const order of open) {
      const standing = await look(stack, order).catch((e) => {
        say(String(e));
        return null;
      });
      if (standing !== null) standings.set(order.commandId, standing);
    }
    const left = orders.filter((order) => {
      const standing = standings.get(order.commandId);
      return standing === undefined || !isSettled(standing);
    }).length;
    if (left === 0 || Date.now() > until) break;
    say(`${String(left)} of ${String(orders.length)} orders are on their way`);
    await sleep(LOOK_AGAIN_MS);
  }
  return orders.map(
    (order) => standings.get(order.commandId) ?? { order, command: null, status: null },
  );
}

async function look({ client, token }: ChaosStack, order: Acknowledged): Promise<Standing> {
  const { command } = await client.ask(CommandDocument, { id: order.commandId }, token);
  const answer = await client.ask(OrderStatusDocument, { id: order.orderId }, token);
  return { order, command: command?.status ?? null, status: answer.order?.status ?? null };
}

export async function countDocuments(
  { sandbox }: ChaosStack,
  reference: string,
): Promise<Documents> {
  const [erp, wms, finance] = await Promise.all([
    sandbox.count("erp", "salesOrder", reference),
    sandbox.count("wms", "order", reference),
    sandbox.count("finance", "invoice", reference),
  ]);
  return { erp, wms, finance };
}
