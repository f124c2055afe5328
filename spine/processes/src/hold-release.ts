import { randomUUID } from "node:crypto";
import {
  compareDecimals,
  decisionsAwaited,
  orderSubject,
  subtractDecimals,
  unbilledTotalOf,
  type AcceptanceHoldCode,
  type Customer,
  type OrderId,
  type OrderState,
} from "@crossdock/domain";
import type { CommandLog } from "@crossdock/commands";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { createRepeating, type Clock, type Logger, type Repeating } from "@crossdock/runtime";
import { sql } from "kysely";
import type { CustomerBook } from "./customer-book.ts";
import type { InvoiceBook } from "./invoice-book.ts";
import { lockOrders } from "./order-book-writer.ts";
import type { OrderBook } from "./order-book.ts";
import type { OrderProcess } from "./order-process.ts";
import { isStillPromised, keepPromise } from "./stock-promises.ts";

/**
 * Lets orders go that were accepted on hold, once the reason is gone: a payment, a credit, a cancelled order or a higher limit made
 * room, or the account may buy again. Of an account the oldest first, each as far as what is left bears it. What a person has
 * to approve waits for that person; so does an order whose stock was given back meanwhile.
 */
export type HoldRelease = Repeating;

/** So late an order may go on after a payment is in the book. */
const LOOK_EVERY_MS = 2_000;
/** Orders that one look goes through; the next one begins with the oldest again. */
const MAX_ORDERS = 500;

export type HoldReleaseDeps = {
  readonly ledger: Ledger;
  readonly commands: Pick<CommandLog, "holdBack">;
  readonly process: Pick<OrderProcess, "apply">;
  readonly customerBook: Pick<CustomerBook, "readCustomers">;
  readonly invoiceBook: Pick<InvoiceBook, "readOpenBalance">;
  readonly orderBook: Pick<OrderBook, "readUnbilledTotal">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs?: number;
};

export function createHoldRelease(deps: HoldReleaseDeps): HoldRelease {
  const { logger, everyMs = LOOK_EVERY_MS } = deps;
  return createRepeating({
    work: (signal) => releaseWhatMayGo(deps, signal),
    everyMs,
    logger,
    whenFailed: "held orders could not be looked at, it is tried again",
  });
}

/** One look at all orders that wait, oldest first. @returns how many holds were released */
export async function releaseWhatMayGo(
  deps: HoldReleaseDeps,
  signal: AbortSignal,
): Promise<number> {
  let released = 0;
  for (const { id, state } of await readWaiting(deps.ledger)) {
    signal.throwIfAborted();
    for (const code of decisionsAwaited(state)) {
      const reason = await whyItMayGo(deps, state, code);
      if (reason !== null && (await release(deps, id, code, reason))) released += 1;
    }
  }
  return released;
}

async function readWaiting({
  db,
}: Pick<Ledger, "db">): Promise<readonly { readonly id: OrderId; readonly state: OrderState }[]> {
  const { rows } = await sql<{ readonly id: OrderId; readonly state: OrderState }>`
    select id, state from order_book
    where status = 'ON_HOLD' and number is null
      and state @? '$.holds[*].code ? (@ == "approval:CREDIT_EXCEEDED" || @ == "approval:CUSTOMER_ON_HOLD")'
    order by placed_at, id
    limit ${MAX_ORDERS}`.execute(db);
  return rows;
}

/** @returns for the order's timeline; `null` while the reason of the hold is still there */
async function whyItMayGo(
  deps: HoldReleaseDeps,
  state: OrderState,
  code: AcceptanceHoldCode,
): Promise<string | null> {
  if (code === "APPROVAL_NEEDED") return null;
  const [customer = null] = await deps.customerBook.readCustomers([state.draft.customerNumber]);
  const account = customer?.document ?? null;
  if (account === null || account.status !== "ACTIVE") return null;
  if (code === "CUSTOMER_ON_HOLD") return "The account may buy again.";
  return (await doesCreditBear(deps, account, state)) ? "The account's credit bears it now." : null;
}

async function doesCreditBear(
  { invoiceBook, orderBook }: HoldReleaseDeps,
  { number, creditLimit }: Customer,
  state: OrderState,
): Promise<boolean> {
  if (creditLimit === null) return true;
  // Not known while finance's history is still being read: then nothing is said.
  const balance = await invoiceBook.readOpenBalance(number);
  if (balance === null) return false;
  const unbilled = await orderBook.readUnbilledTotal(number);
  const left = subtractDecimals(
    creditLimit.amount,
    balance,
    ...(unbilled === null ? [] : [unbilled.amount]),
  );
  return compareDecimals(left, unbilledTotalOf(state).amount) >= 0;
}

/** @returns whether it was still waiting for that, and has its stock */
async function release(
  { ledger, commands, process, clock }: HoldReleaseDeps,
  orderId: OrderId,
  code: AcceptanceHoldCode,
  reason: string,
): Promise<boolean> {
  return ledger.transaction(async (trx) => {
    await commands.holdBack(trx, orderSubject(orderId));
    const [order] = await lockOrders(trx, [orderId]);
    const state = order?.state ?? null;
    if (state === null || !decisionsAwaited(state).includes(code)) return false;
    if (!(await hasItsStock(trx, state))) return false;
    const event = { kind: "holdReleased", code, note: reason, at: clock.now(), source: OURSELVES };
    const trace = { correlationId: randomUUID(), causationId: null };
    await process.apply(trx, [{ orderId, event: { ...event, kind: "holdReleased" } }], [], trace);
    return true;
  });
}

/** What was set aside for the order, and would be given back later, is its own from now on. */
async function hasItsStock(trx: LedgerTransaction, { id, draft }: OrderState): Promise<boolean> {
  if (draft.acceptance?.inStockOnly !== true) return true;
  if (!(await isStillPromised(trx, id))) return false;
  await keepPromise(trx, id);
  return true;
}

const OURSELVES = "crossdock";
