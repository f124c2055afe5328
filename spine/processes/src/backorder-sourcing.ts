import { randomUUID } from "node:crypto";
import {
  availableToPromise,
  fellShortSince,
  lookForBackorders,
  mayBeSourced,
  quantity,
  standingIn,
  stockWantedBy,
  ZERO,
  type BackorderLook,
  type InboundReceipt,
  type Instant,
  type OrderId,
  type OrderState,
  type PromiseAnswer,
  type Shortage,
  type Sku,
  type SourcingPolicy,
  type StockPolicy,
  type StockPosition,
} from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { createRepeating, type Clock, type Logger, type Repeating } from "@crossdock/runtime";
import { sql } from "kysely";
import { lockOrders } from "./order-book-writer.ts";
import type { OrderProcess } from "./order-process.ts";
import type { ReceiptBook } from "./receipt-book.ts";
import {
  lockPromises,
  savePromise,
  type PromisedStock,
  type StockOffers,
} from "./stock-promises.ts";

/**
 * Finds stock for what waits for it, whatever made it wait: that no warehouse had it, or that one fell short. The
 * oldest order is served first, under the locks that reservations and acceptance use, so that no piece is promised
 * twice; what was found counts as promised until its warehouse has the release.
 */
export type BackorderSourcing = Repeating;

/** So late an order goes on after its stock has come. */
const LOOK_EVERY_MS = 2_000;
/** Orders that one look goes through; those after them wait until older ones are served. */
const MAX_ORDERS = 200;
/** Somebody else may be promised what was seen a moment before: so often an order is planned anew with what is left. */
const MAX_PLANS = 5;

/** What a warehouse said of a product, and when it was asked. */
export type StockLook = {
  readonly document: readonly StockPosition[];
  readonly provenance: { readonly asOf: Instant };
};

export type BackorderSourcingDeps = {
  readonly ledger: Ledger;
  readonly process: Pick<OrderProcess, "apply">;
  readonly receiptBook: Pick<ReceiptBook, "readInbound">;
  /** In key order; an error or `null` for what is not known now. @param skus distinct */
  readonly readStock: (
    skus: readonly Sku[],
    signal: AbortSignal,
  ) => Promise<readonly (StockLook | Error | null)[]>;
  readonly policy: SourcingPolicy;
  /** Goods that will lie where nothing can be promised are no reason for a date. */
  readonly stockPolicy: StockPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs?: number;
};

export function createBackorderSourcing(deps: BackorderSourcingDeps): BackorderSourcing {
  const { logger, everyMs = LOOK_EVERY_MS } = deps;
  return createRepeating({
    work: (signal) => sourceBackorders(deps, signal),
    everyMs,
    logger,
    whenFailed: "no stock could be looked for, it is tried again",
  });
}

/** One look for all orders that wait, oldest first. @returns how many of them got something, or another date */
export async function sourceBackorders(
  deps: BackorderSourcingDeps,
  signal: AbortSignal,
): Promise<number> {
  const waiting = (await readWaiting(deps.ledger)).filter(mayBeSourced);
  if (waiting.length === 0) return 0;
  const skus = [...new Set(waiting.flatMap(skusOf))];
  const [looks, inbound] = await Promise.all([
    deps.readStock(skus, signal),
    deps.receiptBook.readInbound(skus),
  ]);
  const stock = new Map<string, StockLook>();
  for (const [at, sku] of skus.entries()) {
    const look = looks[at];
    if (look != null && !(look instanceof Error)) stock.set(sku, look);
  }
  const coming = inbound
    .flat()
    .filter(({ warehouse }) => standingIn(deps.stockPolicy, warehouse).countsTowardsAtp);
  let served = 0;
  for (const state of waiting) {
    signal.throwIfAborted();
    // Of an order one product of which nobody knows now nothing is decided.
    if (!skusOf(state).every((sku) => stock.has(sku))) continue;
    if (await source(deps, state.id, stock, coming)) served += 1;
  }
  return served;
}

/** Products of which something waits. */
function skusOf({ draft, sourcing }: OrderState): Sku[] {
  const waiting = new Set(sourcing.backorders.map(({ lineNumber }) => lineNumber));
  return draft.lines.flatMap(({ lineNumber, sku }) => (waiting.has(lineNumber) ? [sku] : []));
}

async function readWaiting({ db }: Pick<Ledger, "db">): Promise<readonly OrderState[]> {
  const { rows } = await sql<{ readonly state: OrderState }>`
    select state from order_book
    where state @? '$.sourcing.backorders[*]' and status not in ('CANCELLED', 'REJECTED')
    order by placed_at, id
    limit ${MAX_ORDERS}`.execute(db);
  return rows.map(({ state }) => state);
}

/** @returns whether anything is new of the order */
async function source(
  { ledger, process, policy, clock }: BackorderSourcingDeps,
  orderId: OrderId,
  looks: ReadonlyMap<string, StockLook>,
  inbound: readonly InboundReceipt[],
): Promise<boolean> {
  return ledger.transaction(async (trx) => {
    const [seen] = await readOrder(trx, orderId);
    if (seen === undefined) return false;
    const found = await promise(trx, seen, { looks, inbound, policy, at: clock.now() });
    if (found === null) return false;
    const [record] = await lockOrders(trx, [orderId]);
    const state = record?.state ?? null;
    // Somebody changed it since: the next look finds it as it is then.
    if (state === null || state.sourcing.looks !== seen.sourcing.looks || !mayBeSourced(state)) {
      return false;
    }
    const at = clock.now();
    const when = { clientId: OURSELVES, at, heldUntil: null };
    if (found.answer !== null) await savePromise(trx, state.draft, found.answer, when);
    const event = { kind: "backorderSourced", ...found.look, at, source: OURSELVES } as const;
    const trace = { correlationId: randomUUID(), causationId: null };
    await process.apply(trx, [{ orderId, event }], [], trace);
    return true;
  });
}

type Found = {
  readonly look: BackorderLook;
  /** `null` where nothing is to be set aside. */
  readonly answer: Extract<PromiseAnswer, { kind: "promised" }> | null;
};

/** Plans with what warehouses have, and with less where some of that is promised to others. */
async function promise(
  trx: LedgerTransaction,
  state: OrderState,
  facts: {
    readonly looks: ReadonlyMap<string, StockLook>;
    readonly inbound: readonly InboundReceipt[];
    readonly policy: SourcingPolicy;
    readonly at: Instant;
  },
): Promise<Found | null> {
  const { looks, inbound, policy, at } = facts;
  const offers = offersOf(looks);
  const { customerNumber } = state.draft;
  const wanted = [...looks.values()].flatMap(({ document }) =>
    document.map(({ sku, warehouse, onHand }) => ({
      sku,
      warehouse,
      quantity: quantity(ZERO, onHand.uom),
    })),
  );
  let stock: ReadonlyMap<string, readonly StockPosition[]> = new Map(
    [...looks].map(([sku, { document, provenance }]) => [
      sku,
      document.filter((position) => !fellShortSince(state, position, provenance.asOf)),
    ]),
  );
  let locked: PromisedStock | null = null;
  for (let plan = 1; plan <= MAX_PLANS; plan += 1) {
    const look = lookForBackorders(state, stock, inbound, policy);
    if (look === null) return null;
    if (look.assignments.length === 0) return { look, answer: null };
    const needed = stockWantedBy({
      ...state.draft,
      sourcing: {
        rule: look.rule,
        shipComplete: false,
        assignments: look.assignments,
        backorders: [],
      },
    });
    const request = { ...offers, customerNumber, wanted: needed, named: [] };
    locked ??= await lockPromises(trx, [{ ...request, wanted: ofOrder(wanted, state) }], [], at);
    const answer = locked.promise(request);
    if (answer.kind === "promised") return { look, answer };
    stock = withShortages(stock, answer.shortages);
  }
  return null;
}

function ofOrder<Part extends { readonly sku: Sku }>(parts: readonly Part[], state: OrderState) {
  const skus = new Set(skusOf(state));
  return parts.filter(({ sku }) => skus.has(sku));
}

function offersOf(looks: ReadonlyMap<string, StockLook>): StockOffers {
  return {
    offers: [...looks.values()].flatMap(({ document }) =>
      document.map((position) => ({
        sku: position.sku,
        warehouse: position.warehouse,
        quantity: availableToPromise(position),
      })),
    ),
    askedAt: new Map(
      [...looks].map(([sku, { provenance }]) => [sku as Sku, provenance.asOf] as const),
    ),
  };
}

/** The same stock with what the order could really have where it was promised too much. */
function withShortages(
  stock: ReadonlyMap<string, readonly StockPosition[]>,
  shortages: readonly Shortage[],
): ReadonlyMap<string, readonly StockPosition[]> {
  return new Map(
    [...stock].map(([sku, positions]) => [
      sku,
      positions.map((position) => {
        const shortage = shortages.find(
          (each) => each.sku === sku && each.warehouse === position.warehouse,
        );
        if (shortage === undefined) return position;
        const { available } = shortage;
        return { ...position, onHand: available, allocated: quantity(ZERO, available.uom) };
      }),
    ]),
  );
}

async function readOrder(trx: LedgerTransaction, id: OrderId): Promise<readonly OrderState[]> {
  const { rows } = await sql<{ readonly state: OrderState }>`
    select state from order_book where id = ${id}`.execute(trx);
  return rows.map(({ state }) => state);
}

const OURSELVES = "crossdock";
