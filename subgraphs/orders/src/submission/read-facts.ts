import {
  availableToPromise,
  MAX_ORDER_LINES,
  maySee,
  money,
  negated,
  NO_SUBSTITUTES,
  parseSku,
  substitutesOf,
  withHeld,
  type Customer,
  type CustomerNumber,
  type HeldStock,
  type OrderQuestion,
  type PriceLine,
  type Reservation,
  type Sku,
  type StockPosition,
  type Viewer,
} from "@crossdock/domain";
import type { StockOffers } from "@crossdock/processes";
import type { Sourced } from "@crossdock/reads";
import { idOrNull, type BatchLoader } from "@crossdock/subgraph-kit";
import type { Context } from "../context.ts";
import type { Submission } from "./parse-submission.ts";

/** What the rules look at, of one order. */
export type OrderFacts = Pick<
  OrderQuestion,
  "customer" | "balance" | "openOrdersTotal" | "products" | "priceLines" | "stock" | "warehouses"
> & {
  /** What the warehouses said, before anything of ours is taken off. */
  readonly stockOffers: StockOffers;
  /** One for each that the order names, in its order; `null` where there is none. */
  readonly reservations: readonly (Reservation | null)[];
};

/**
 * Everything that the rules look at, side by side and one bulk call per kind. What an order that is
 * refused anyway does not need, is not read. What a system told shortly before may stand in for its
 * answer: see facts.ts.
 * @throws {SourceUnavailableError} a system does not answer: then nothing can be said of the order
 */
export async function readFacts(
  submission: Submission,
  viewer: Viewer,
  context: Context,
): Promise<OrderFacts> {
  const { facts } = context;
  const isReadable = submission.lines.length <= MAX_ORDER_LINES;
  const { customerNumber } = submission;
  // Somebody else's account is no account: nothing is asked about it.
  const buyer = customerNumber !== null && maySee(viewer, customerNumber) ? customerNumber : null;
  const asked = isReadable ? distinctSkus(submission) : [];
  const { substitutes = NO_SUBSTITUTES } = context.deps.sourcingPolicy;
  const others = asked.flatMap((sku) => substitutesOf(substitutes, sku, buyer));
  const skus = [...new Set([...asked, ...others])];
  const reservationsRead = readReservations(submission, buyer, viewer, context);
  const stockRead = loadEach(facts.stock, skus);
  const customerRead = buyer === null ? Promise.resolve(null) : facts.customer.load(buyer);
  const [customer, owed, products, priceLines, stock, warehouses, reservations] = await Promise.all(
    [
      customerRead,
      readOwed(buyer, customerRead, context),
      loadEach(facts.product, skus),
      readPriceLines(skus, customerRead, context),
      readStock(stockRead, skus, buyer, reservationsRead, context),
      facts.warehouses.load("all"),
      reservationsRead,
    ],
  );
  return {
    customer,
    ...owed,
    products,
    priceLines,
    stock,
    stockOffers: offersOf(await stockRead),
    warehouses: (warehouses ?? []).map(({ code }) => code),
    reservations,
  };
}

type Owed = Pick<OrderQuestion, "balance" | "openOrdersTotal">;

const NOTHING_OWED: Owed = { balance: null, openOrdersTotal: null };

/**
 * What counts against the account's limit, from our own books: intake must not wait for finance, which
 * gives few calls a minute. Only while its history is still being read is finance asked itself.
 */
async function readOwed(
  buyer: CustomerNumber | null,
  customerRead: Promise<Customer | null>,
  { loaders }: Context,
): Promise<Owed> {
  const customer = await customerRead;
  if (buyer === null || customer === null || customer.creditLimit === null) return NOTHING_OWED;
  const [balance, openOrdersTotal] = await Promise.all([
    loaders.openBalance.load(buyer),
    loaders.unbilledTotal.load(buyer),
  ]);
  if (balance !== null) return { balance: money(balance, customer.currency), openOrdersTotal };
  const receivables = await loaders.receivables.load(buyer);
  return { balance: receivables?.balance ?? null, openOrdersTotal };
}

/** What is there for the buyer: what others have set aside is not; what his own account has, is. */
async function readStock(
  stockRead: Promise<ReadonlyMap<string, Sourced<readonly StockPosition[]>>>,
  skus: readonly Sku[],
  buyer: CustomerNumber | null,
  named: Promise<OrderFacts["reservations"]>,
  { loaders }: Context,
): Promise<OrderQuestion["stock"]> {
  const [stock, held, taken] = await Promise.all([stockRead, loadEach(loaders.held, skus), named]);
  return new Map(
    [...stock].map(([sku, { document: positions }]) => {
      const others = (held.get(sku) ?? []).filter(
        ({ customerNumber }) => customerNumber === null || customerNumber !== buyer,
      );
      return [sku, withHeld(positions, [...others, ...givenTo(sku, taken)])];
    }),
  );
}

function offersOf(stock: ReadonlyMap<string, Sourced<readonly StockPosition[]>>): StockOffers {
  const looks = [...stock.values()];
  return {
    offers: looks.flatMap(({ document }) =>
      document.map((position) => ({
        sku: position.sku,
        warehouse: position.warehouse,
        quantity: availableToPromise(position),
      })),
    ),
    askedAt: new Map(
      looks.flatMap(({ document: [first], provenance }) =>
        first === undefined ? [] : [[first.sku, provenance.asOf] as const],
      ),
    ),
  };
}

/** What the order takes of the distributor's own reservations is held for it, not against it. */
function givenTo(sku: string, taken: OrderFacts["reservations"]): HeldStock[] {
  return taken.flatMap((reservation) => {
    if (reservation?.sku !== sku || reservation.status !== "HELD") return [];
    const { customerNumber, warehouse, quantity } = reservation;
    return customerNumber === null ? [{ warehouse, quantity: negated(quantity) }] : [];
  });
}

/** Somebody else's reservation is none; the distributor's own people may give away the distributor's. */
async function readReservations(
  { reservations, userErrors }: Submission,
  buyer: CustomerNumber | null,
  viewer: Viewer,
  { loaders }: Context,
): Promise<OrderFacts["reservations"]> {
  // It may name too many: then it is refused for that.
  if (userErrors.length > 0) return [];
  const known = await Promise.all(
    reservations.map((id) => (id === null ? null : loaders.reservation.load(id))),
  );
  return known.map((reservation) => {
    if (reservation === null) return null;
    const { customerNumber } = reservation;
    const isTheirs =
      customerNumber === null ? viewer.customers === "all" : customerNumber === buyer;
    return isTheirs ? reservation : null;
  });
}

async function readPriceLines(
  skus: readonly Sku[],
  customerRead: Promise<Customer | null>,
  { facts }: Context,
): Promise<readonly PriceLine[]> {
  const customer = await customerRead;
  if (customer === null) return [];
  const lines = await Promise.all(skus.map((sku) => facts.priceLines.load({ customer, sku })));
  return lines.flatMap((found) => found ?? []);
}

async function loadEach<Value>(
  loader: Pick<BatchLoader<Sku, Value>, "load">,
  skus: readonly Sku[],
): Promise<ReadonlyMap<string, Value>> {
  const values = await Promise.all(skus.map(async (sku) => [sku, await loader.load(sku)] as const));
  return new Map(values.flatMap(([sku, value]) => (value === null ? [] : [[sku, value] as const])));
}

/** A sku of the wrong shape is unknown without asking. */
function distinctSkus({ lines }: Submission): readonly Sku[] {
  const named = lines.flatMap(({ sku, substituteFor = null }) =>
    substituteFor === null ? [sku] : [sku, substituteFor],
  );
  const skus = named.map((sku) => idOrNull(parseSku, sku));
  return [...new Set(skus.filter((sku) => sku !== null))];
}
