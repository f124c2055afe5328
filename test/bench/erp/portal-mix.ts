import type { World, WorldOrder } from "@crossdock/sandbox";
import { print, type DocumentNode } from "graphql";
import { createSeeded, type Seeded } from "../../chaos/seeded.ts";
import {
  AvailabilityOfSkusDocument,
  CataloguePageDocument,
  InvoiceDetailDocument,
  InvoiceHistoryDocument,
  OrderDetailDocument,
  OrderHistoryDocument,
  PricesOfSkusDocument,
  ProductPageDocument,
} from "../../generated/operations.ts";
import { createZipf } from "./zipf.ts";

/** What a buyer opens, and how many of a hundred looks are of the kind. */
export const PORTAL_MIX = {
  catalogue: 15,
  search: 10,
  prices: 20,
  availability: 15,
  product: 10,
  orders: 10,
  order: 10,
  invoices: 5,
  invoice: 5,
} as const;
export type PortalKind = keyof typeof PORTAL_MIX;

/** One look of one account's buyer. */
export type PortalLook = {
  readonly kind: PortalKind;
  readonly customer: string;
  /** Of the HTTP request. */
  readonly body: string;
};

const PAGE = 20;
/** A cart, or a page of search results, is priced and looked up in the warehouses at once. */
const SKUS_AT_ONCE = 5;
const HUNDRED = 100;

const TEXTS: Readonly<Record<PortalKind, string>> = {
  catalogue: textOf(CataloguePageDocument),
  search: textOf(CataloguePageDocument),
  prices: textOf(PricesOfSkusDocument),
  availability: textOf(AvailabilityOfSkusDocument),
  product: textOf(ProductPageDocument),
  orders: textOf(OrderHistoryDocument),
  order: textOf(OrderDetailDocument),
  invoices: textOf(InvoiceHistoryDocument),
  invoice: textOf(InvoiceDetailDocument),
};

/**
 * Looks as portal users send them: accounts, products and each account's orders by Zipf's law, the
 * newest order being the one that is opened most. The same seed draws the same looks.
 */
export function createPortalMix(world: World, seed: number): () => PortalLook {
  const seeded = createSeeded(seed);
  const items = seeded.shuffled(world.items);
  const customers = seeded.shuffled(world.customers.map(({ number }) => number));
  const drawItem = createZipf(items.length, seeded);
  const drawCustomer = createZipf(customers.length, seeded);
  const orders = drawOrders(world.pastOrders, seeded);
  const bills = drawOrders(
    world.pastOrders.filter(({ open }) => !open),
    seeded,
  );

  const item = () => chosen(items, drawItem());
  const skus = () => {
    const drawn = new Set<string>();
    while (drawn.size < SKUS_AT_ONCE) drawn.add(item().sku);
    return [...drawn];
  };
  const variablesOf = (kind: PortalKind, customer: string): Readonly<Record<string, unknown>> => {
    switch (kind) {
      case "catalogue":
        return { first: PAGE };
      case "search":
        return { first: PAGE, filter: { search: nounOf(item().name) } };
      case "prices":
        return { skus: skus(), first: SKUS_AT_ONCE, quantity: "1" };
      case "availability":
        return { skus: skus() };
      case "product":
        return { sku: item().sku };
      case "orders":
      case "invoices":
        return { first: PAGE };
      case "order":
        return { number: orders(customer).number };
      case "invoice":
        return { number: `${bills(customer).number}-1` };
    }
  };
  return () => {
    const kind = kindAt(seeded.between(1, HUNDRED));
    const customer = chosen(customers, drawCustomer());
    const body = JSON.stringify({ query: TEXTS[kind], variables: variablesOf(kind, customer) });
    return { kind, customer, body };
  };
}

/** @returns draws one of an account's orders, the newest most often */
function drawOrders(
  oldestFirst: readonly WorldOrder[],
  seeded: Seeded,
): (customer: string) => WorldOrder {
  const newestFirst = new Map<string, WorldOrder[]>();
  for (const order of oldestFirst.toReversed()) {
    const of = newestFirst.get(order.customerNumber);
    if (of === undefined) newestFirst.set(order.customerNumber, [order]);
    else of.push(order);
  }
  const draws = new Map(
    [...newestFirst].map(([customer, { length }]) => [customer, createZipf(length, seeded)]),
  );
  return (customer) => {
    const [orders, draw] = [newestFirst.get(customer), draws.get(customer)];
    if (orders === undefined || draw === undefined) throw new Error(`${customer} has no orders.`);
    return chosen(orders, draw());
  };
}

/** @param place from 1 to 100 */
function kindAt(place: number): PortalKind {
  let upTo = 0;
  for (const [kind, weight] of Object.entries(PORTAL_MIX)) {
    upTo += weight;
    if (place <= upTo) return kind as PortalKind;
  }
  throw new Error(`The mix is of ${String(upTo)} in a hundred.`);
}

/** Of `Brass Torque Wrench L` the words in the middle, which many products share. */
function nounOf(name: string): string {
  return name.split(" ").slice(1, -1).join(" ");
}

function chosen<Item>(list: readonly Item[], place: number): Item {
  const item = list[place];
  if (item === undefined) throw new Error(`There is nothing at place ${String(place)}.`);
  return item;
}

function textOf(document: DocumentNode): string {
  return print(document);
}
