import { isDeepStrictEqual } from "node:util";
import type { OrderId } from "../../identifiers.ts";
import type { OrderState } from "../../order-state.ts";
import type {
  OrderToCashEvent,
  OrderToCashResult,
  RequestOutcome,
} from "../../order-to-cash/events.ts";
import { openOrder } from "../../order-to-cash/order-to-cash.ts";
import { ORDER_KEY } from "../orders.ts";
import { faultsOf } from "./invariants.ts";
import type { Message } from "./in-flight.ts";
import { draftOf, termsOf } from "./sources-of.ts";
import type { Truth } from "./truth.ts";
import { openWorld } from "./world.ts";

/** The process that is looked at. */
export type Process = (
  state: OrderState,
  event: OrderToCashEvent,
  commandId: string | null,
) => OrderToCashResult;

/** One way in which all of a truth came to be known. */
export type History = {
  readonly state: OrderState;
  /** How the client's request ended; `null` where there was none, or it never did. */
  readonly outcome: RequestOutcome["kind"] | null;
  /** What was told, in order. */
  readonly told: readonly string[];
  /** What the process did and should not have done: it goes no further then. Empty when all is well. */
  readonly faults: readonly string[];
};

/** A process that asks without end is stopped here. */
const MAX_MESSAGES = 2_000;

/**
 * Tells all that there is to tell of the truth.
 * @param choices what is told next: a place in what is on its way, or further on in what was told before, which is
 * then told again; once there are none left, and with zeros, it is told as it came to be
 */
export function play(truth: Truth, choices: readonly number[], process: Process): History {
  const world = openWorld(truth);
  const told: string[] = [];
  const faults: string[] = [];
  const repeatable: { readonly message: Message; readonly event: OrderToCashEvent }[] = [];
  const steps = new Set<string>();
  const outcomes: RequestOutcome[] = [];
  const opened = openOrder(ORDER_KEY as OrderId, draftOf(truth), "command-create");
  let state: OrderState = { ...opened.state, billing: termsOf(truth) };
  let tick = 0;

  const apply = (event: OrderToCashEvent, commandId: string | null): OrderToCashResult => {
    const result = process(state, event, commandId);
    faults.push(...faultsOf(state, result, world).map((fault) => `${fault}, after ${event.kind}`));
    state = result.state;
    return result;
  };
  const follow = (result: OrderToCashResult): void => {
    for (const outcome of result.ended) {
      outcomes.push(outcome);
      world.end(outcome);
    }
    for (const command of result.commands) {
      const isNew = !steps.has(command.step);
      if (command.kind !== "withdraw") {
        if (!isNew) faults.push(`${command.step} is asked for twice`);
        steps.add(command.step);
      }
      for (const message of world.ask(command, state)) say(message);
    }
    world.watch(state);
  };
  const say = (message: Message): void => {
    tick += 1;
    const event = message.say(tick, state);
    told.push(event === null ? `${message.name} (known)` : message.name);
    world.told(message);
    if (event === null) return;
    const before = state;
    const result = apply(event, message.commandId);
    // What came too early to mean anything may mean something later.
    if (isRepeatable(event) && result.state !== before) repeatable.push({ message, event });
    follow(result);
  };
  const sayAgain = (nth: number): void => {
    const again = repeatable[nth];
    if (again === undefined) return;
    told.push(`${again.message.name} (again)`);
    const before = state;
    const result = apply(again.event, again.message.commandId);
    if (!isDeepStrictEqual(result.state, before))
      faults.push(`${again.message.name} again is news`);
    follow(result);
  };

  for (let count = 0; world.pending().length > 0 && faults.length === 0; count += 1) {
    if (count > MAX_MESSAGES) {
      faults.push("it has no end");
      break;
    }
    const pending = world.pending();
    const choice = (choices[count] ?? 0) % (pending.length + repeatable.length);
    const message = pending[choice];
    if (message !== undefined) say(message);
    else sayAgain(choice - pending.length);
  }
  if (outcomes.length > 1) faults.push("a request has ended twice");
  return { state, outcome: outcomes[0]?.kind ?? null, told, faults };
}

/** A client's command and an attempt's failure are told once; what sources say, they may say again. */
function isRepeatable({ kind }: OrderToCashEvent): boolean {
  return REPEATED.has(kind);
}

const REPEATED: ReadonlySet<OrderToCashEvent["kind"]> = new Set([
  "orderCreated",
  "releaseCreated",
  "shipmentProgressed",
  "invoiceChanged",
  "freightKnown",
  "taxCalculated",
  "taxTruedUp",
  "taxSettled",
  "backorderSourced",
  "releaseCancelled",
  "orderRemoved",
  "orderRewritten",
]);
