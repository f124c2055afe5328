import { setTimeout as sleep } from "node:timers/promises";
import {
  CommandPageDocument,
  OrdersSinceDocument,
  type CommandPageQuery,
  type CommandStatus,
  type OrdersSinceQuery,
  type OrderStatus,
} from "../generated/operations.ts";
import type { ChaosStack } from "./chaos-stack.ts";

export type CommandStanding = CommandPageQuery["commands"]["edges"][number]["node"];

/** Where everything that the run has asked for stands. */
export type Standings = {
  readonly commands: ReadonlyMap<string, CommandStanding>;
  /** Status by id. */
  readonly orders: ReadonlyMap<string, OrderStatus>;
};

const OPEN_COMMANDS = ["ACCEPTED", "RUNNING", "RETRYING"] as const satisfies CommandStatus[];
/** Of the path's end, and of the ends that a person sees. */
const ENDED_ORDERS: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  "INVOICED",
  "CLOSED",
  "CANCELLED",
  "REJECTED",
  "ON_HOLD",
]);
const LOOK_AGAIN_MS = 500;
const MAX_PAGES = 1_000;

export function isOpenCommand(status: CommandStatus): boolean {
  return OPEN_COMMANDS.some((open) => open === status);
}

/**
 * Looks until no command is open and every order has come to an end: its path's, or that of a command
 * which a person has to look at.
 * @param since when the run began to ask
 * @returns where everything stands then, or after `limitMs`
 */
export async function drain(
  stack: ChaosStack,
  since: string,
  limitMs: number,
  say: (text: string) => void,
): Promise<Standings> {
  const until = Date.now() + limitMs;
  for (;;) {
    const open = await countOpen(stack, since).catch((error: unknown) => {
      say(String(error));
      return null;
    });
    if (open === 0 || Date.now() > until) return readStandings(stack, since);
    if (open !== null) say(`${String(open)} commands and orders are on their way`);
    await sleep(LOOK_AGAIN_MS);
  }
}

/** A command that stopped before a person holds up its order, which is open and yet at its end. */
export function openOrders({ commands, orders }: Standings): readonly string[] {
  const stopped = [...commands.values()].filter(({ status }) => status === "DEAD_LETTERED").length;
  const open = [...orders].flatMap(([id, status]) =>
    ENDED_ORDERS.has(status) ? [] : [`${id} ${status}`],
  );
  return open.length > stopped ? open : [];
}

async function countOpen(stack: ChaosStack, since: string): Promise<number> {
  const commands = await readCommands(stack, OPEN_COMMANDS);
  if (commands.length > 0) return commands.length;
  return openOrders(await readStandings(stack, since)).length;
}

async function readStandings(stack: ChaosStack, since: string): Promise<Standings> {
  const commands = await readCommands(stack, null);
  const orders = await readOrders(stack, since);
  return { commands: new Map(commands.map((command) => [command.id, command])), orders };
}

async function readCommands(
  { client, token }: ChaosStack,
  status: readonly CommandStatus[] | null,
): Promise<readonly CommandStanding[]> {
  const commands: CommandStanding[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const variables = { status: status === null ? null : [...status], after };
    const answer: CommandPageQuery = await client.ask(CommandPageDocument, variables, token);
    commands.push(...answer.commands.edges.map(({ node }) => node));
    if (!answer.commands.pageInfo.hasNextPage) return commands;
    after = answer.commands.pageInfo.endCursor ?? null;
  }
  throw new Error(`The list of commands does not end after ${String(MAX_PAGES)} pages.`);
}

async function readOrders(
  { client, token }: ChaosStack,
  from: string,
): Promise<Map<string, OrderStatus>> {
  const orders = new Map<string, OrderStatus>();
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer: OrdersSinceQuery = await client.ask(OrdersSinceDocument, { from, after }, token);
    for (const { node } of answer.orders.edges) orders.set(node.id, node.status);
    if (!answer.orders.pageInfo.hasNextPage) return orders;
    after = answer.orders.pageInfo.endCursor ?? null;
  }
  throw new Error(`The list of orders does not end after ${String(MAX_PAGES)} pages.`);
}
