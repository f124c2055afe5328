import {
  AvailabilityOfSkusDocument,
  CataloguePageDocument,
  InvoiceHistoryDocument,
  OrderDetailDocument,
  OrderHistoryDocument,
  PricesOfSkusDocument,
} from "../generated/operations.ts";
import type { Answer, GraphqlClient } from "./graphql-client.ts";

/** What a buyer opens: by name, each as it was answered. */
export type PortalPages = Readonly<Record<PageName, Answer<unknown>>>;
export const PAGE_NAMES = ["catalogue", "prices", "stock", "orders", "order", "invoices"] as const;
export type PageName = (typeof PAGE_NAMES)[number];

/** As an answer tells it of one of its values. */
export type ToldProvenance = {
  readonly source: string;
  readonly asOf: string;
  readonly freshness: "LIVE" | "CACHED" | "STALE";
};

const PAGE = 10;

/**
 * Every page that a portal has, one after the other.
 * @param orderNumber one of the account's that was shipped and billed
 * @param maxAgeSeconds how old what is shown may be; as the program has it when left out
 */
export async function readPortal(
  client: GraphqlClient,
  portal: string,
  { skus, orderNumber }: { readonly skus: readonly string[]; readonly orderNumber: string },
  maxAgeSeconds?: number,
): Promise<PortalPages> {
  const first = PAGE;
  return {
    catalogue: await client.query(CataloguePageDocument, { first }, portal, maxAgeSeconds),
    prices: await client.query(
      PricesOfSkusDocument,
      { skus, first, quantity: "1" },
      portal,
      maxAgeSeconds,
    ),
    stock: await client.query(AvailabilityOfSkusDocument, { skus }, portal, maxAgeSeconds),
    orders: await client.query(OrderHistoryDocument, { first }, portal, maxAgeSeconds),
    order: await client.query(OrderDetailDocument, { number: orderNumber }, portal, maxAgeSeconds),
    invoices: await client.query(InvoiceHistoryDocument, { first }, portal, maxAgeSeconds),
  };
}

/** Of every value of an answer that tells where it comes from. */
export function provenancesOf({ data }: Answer<unknown>): readonly ToldProvenance[] {
  return walk(data);
}

function walk(value: unknown): readonly ToldProvenance[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    name === "provenance" ? [child as ToldProvenance] : walk(child),
  );
}

/** An answer without what is said of its age, to be compared with another one. */
export function withoutAge(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, child: unknown) => (name === "provenance" ? undefined : child)),
  );
}
