import {
  commandProgressed,
  exceptionChanged,
  exceptionRaised,
  inventoryChanged,
  invoiceChanged,
  orderChanged,
  shipmentProgressed,
} from "@crossdock/events";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import {
  FollowCommandDocument,
  FollowExceptionChangesDocument,
  FollowExceptionsDocument,
  FollowInvoicesDocument,
  FollowOrdersDocument,
  FollowShipmentsDocument,
  FollowStockDocument,
} from "../generated/operations.ts";
import type { LogEntry } from "./event-log.ts";
import type { PlacedOrder } from "./load.ts";

/** What a subscriber asks for, and which events of the log it therefore has to get. */
export type Interest = {
  /** e.g. `of one order` */
  readonly name: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly matches: (entry: LogEntry, customers: CustomersOfOrders) => boolean;
};

/** The account of each order that the run has placed. */
export type CustomersOfOrders = ReadonlyMap<string, string>;

/** What an interest may be about. */
export type Subjects = {
  readonly order: PlacedOrder;
  readonly sku: string;
  readonly warehouse: string;
};

/** One of the subscriptions of the API. */
export type Stream = {
  /** The root field. */
  readonly name: string;
  /** The text of the operation. */
  readonly query: string;
  readonly interests: readonly ((subjects: Subjects) => Interest)[];
};

const ALL: Interest = { name: "all", variables: {}, matches: () => true };

export const STREAMS: readonly Stream[] = [
  stream(
    "orderChanged",
    FollowOrdersDocument,
    [orderChanged],
    [() => ALL, ...aboutOrders(({ data }) => [orderChanged.parse(data).orderId])],
  ),
  stream(
    "shipmentProgressed",
    FollowShipmentsDocument,
    [shipmentProgressed],
    [() => ALL, ...aboutOrders(({ data }) => shipmentProgressed.parse(data).orderIds)],
  ),
  stream(
    "invoiceChanged",
    FollowInvoicesDocument,
    [invoiceChanged],
    [() => ALL, ...aboutOrders(({ data }) => invoiceChanged.parse(data).orderIds)],
  ),
  stream(
    "inventoryChanged",
    FollowStockDocument,
    [inventoryChanged],
    [
      () => ALL,
      ({ sku }) => ({
        name: "of one product",
        variables: { skus: [sku] },
        matches: ({ data }) => inventoryChanged.parse(data).sku === sku,
      }),
      ({ warehouse }) => ({
        name: "of one warehouse",
        variables: { warehouse },
        matches: ({ data }) => inventoryChanged.parse(data).warehouse === warehouse,
      }),
    ],
  ),
  stream(
    "commandProgressed",
    FollowCommandDocument,
    [commandProgressed],
    [
      ({ order: { commandId } }) => ({
        name: "of one command",
        variables: { id: commandId },
        matches: ({ data }) => commandProgressed.parse(data).commandId === commandId,
      }),
    ],
  ),
  stream("exceptionRaised", FollowExceptionsDocument, [exceptionRaised], [() => ALL]),
  stream(
    "exceptionChanged",
    FollowExceptionChangesDocument,
    [exceptionRaised, exceptionChanged],
    [() => ALL],
  ),
];

/** @param told the events that it tells */
function stream(
  name: string,
  document: TypedDocumentNode<unknown, never>,
  told: readonly { readonly type: string }[],
  interests: readonly ((subjects: Subjects) => Interest)[],
): Stream {
  const types = new Set(told.map(({ type }) => type));
  return {
    name,
    query: print(document),
    interests: interests.map((interestIn) => (subjects) => {
      const interest = interestIn(subjects);
      return {
        ...interest,
        matches: (entry, customers) => types.has(entry.type) && interest.matches(entry, customers),
      };
    }),
  };
}

/** The two ways to follow what happens to some orders only. */
function aboutOrders(
  ordersOf: (entry: LogEntry) => readonly string[],
): readonly ((subjects: Subjects) => Interest)[] {
  return [
    ({ order: { orderId } }) => ({
      name: "of one order",
      variables: { orderIds: [orderId] },
      matches: (entry) => ordersOf(entry).includes(orderId),
    }),
    ({ order: { customerId } }) => ({
      name: "of one customer",
      variables: { customerId },
      matches: (entry, customers) =>
        ordersOf(entry).some((orderId) => customers.get(orderId) === customerId),
    }),
  ];
}
