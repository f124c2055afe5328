import type { OrderNumber, SourceOrder } from "@crossdock/domain";
import type { OrderFeed, OrderReader } from "@crossdock/source-contract";
import { z } from "zod";
import type { BusinessCentralClient } from "./client.ts";
import type { Home } from "./customer-reader.ts";
import { anyOf, changedSince, chunk, MAX_KEYS_PER_FILTER } from "./odata.ts";
import { toOrder } from "./order-document.ts";
import { ORDER_SHAPE, ORDERS, orderRow } from "./order-rows.ts";
import { INVOICE_SHAPE, INVOICES, invoiceRow, toPostedOrders } from "./posted-order.ts";
import type { ReferenceSource } from "./reference-data.ts";
import { readTwice } from "./second-look.ts";

export type OrderDeps = {
  readonly client: BusinessCentralClient;
  readonly references: ReferenceSource;
  readonly home: Home;
};

const FEED_PAGE_SIZE = 500;

export function createOrderReader(deps: OrderDeps): OrderReader {
  const { client } = deps;
  const readOpen = async (numbers: readonly OrderNumber[], signal: AbortSignal) => {
    const reads = chunk(numbers, MAX_KEYS_PER_FILTER).map((keys) => ({
      set: ORDERS,
      query: { $filter: anyOf("number", keys), ...ORDER_SHAPE },
      only: { number: keys },
    }));
    return decodeOrders(deps, (await client.readAll("api", reads, signal)).flat(), signal);
  };
  const readPosted = async (numbers: readonly OrderNumber[], signal: AbortSignal) => {
    const reads = chunk(numbers, MAX_KEYS_PER_FILTER).map((keys) => ({
      set: INVOICES,
      query: { $filter: anyOf("orderNumber", keys), ...INVOICE_SHAPE },
      only: { orderNumber: keys },
    }));
    return decodePosted(deps, (await client.readAll("api", reads, signal)).flat(), signal);
  };
  const readOpenOrPosted = async (numbers: readonly OrderNumber[], signal: AbortSignal) => {
    const open = await readOpen(numbers, signal);
    const known = new Set(open.map(({ number }) => number));
    const gone = numbers.filter((number) => !known.has(number));
    return [...open, ...(await readPosted(gone, signal))];
  };
  return {
    readOrders: (numbers, signal) =>
      readTwice(
        numbers,
        (keys) => readOpenOrPosted(keys, signal),
        ({ number }) => number,
      ),
  };
}

/** Orders that the ERP still has; one that was posted to the end is not among them. */
export function createOrderFeed(deps: OrderDeps): OrderFeed {
  return {
    async listChangedOrders({ since, after }, signal) {
      const start = {
        set: ORDERS,
        query: {
          ...(since !== null && { $filter: changedSince(since) }),
          $orderby: "lastModifiedDateTime",
          ...ORDER_SHAPE,
        },
      };
      const page = await deps.client.readPage("api", after ?? start, FEED_PAGE_SIZE, signal);
      return { items: await decodeOrders(deps, page.rows, signal), next: page.next };
    },
  };
}

export async function decodeOrders(
  { client, references, home }: OrderDeps,
  rows: readonly unknown[],
  signal: AbortSignal,
): Promise<SourceOrder[]> {
  const reference = await references.get(signal);
  return client.decodeAs(ORDERS, rows, z.array(orderRow), (orders) =>
    orders.map((row) => toOrder(row, reference, home)),
  );
}

export async function decodePosted(
  { client, references, home }: OrderDeps,
  rows: readonly unknown[],
  signal: AbortSignal,
): Promise<SourceOrder[]> {
  const reference = await references.get(signal);
  return client.decodeAs(INVOICES, rows, z.array(invoiceRow), (invoices) =>
    toPostedOrders(invoices, reference, home),
  );
}
