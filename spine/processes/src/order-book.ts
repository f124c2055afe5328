import type {
  CustomerNumber,
  Instant,
  Money,
  OrderId,
  OrderNumber,
  OrderState,
  OrderStatus,
  Sku,
  SourceOrder,
} from "@crossdock/domain";
import type { WalkPage } from "./book-walk.ts";

/**
 * The order book: one row for every order that we know, ours from the moment of acceptance and the
 * ERP's own as its feed tells them. Lists, filters and totals are answered from here, so that no
 * listing ever scans the ERP; it is also what is served when the ERP does not answer.
 */
export type OrderRecord = {
  readonly id: OrderId;
  readonly number: OrderNumber | null;
  readonly customerNumber: CustomerNumber;
  readonly customerReference: string | null;
  readonly status: OrderStatus;
  readonly placedAt: Instant;
  readonly skus: readonly Sku[];
  /** The order-to-cash process; `null` for an order that was born in the ERP. */
  readonly state: OrderState | null;
  /** The ERP's document as last seen, and when; `null` before the ERP has it. */
  readonly source: { readonly order: SourceOrder; readonly seenAt: Instant } | null;
};

export type OrderQuery = {
  /** Whose orders the viewer may see. */
  readonly visibleTo: readonly CustomerNumber[] | "all";
  readonly customerNumber?: CustomerNumber;
  readonly statuses?: readonly OrderStatus[];
  /** Inclusive. */
  readonly placedFrom?: Instant;
  /** Exclusive. */
  readonly placedTo?: Instant;
  readonly customerReference?: string;
  readonly sku?: Sku;
  readonly sort: OrderSort;
  /** 1 to `MAX_ORDERS_PER_PAGE`. */
  readonly first: number;
  /** The position of the last order of the page before; `null` starts. */
  readonly after: OrderPosition | null;
};

export type OrderSort = "PLACED_AT_DESC" | "PLACED_AT_ASC" | "NUMBER_ASC" | "NUMBER_DESC";

/**
 * Where an order stands in a sort: survives inserts before and after it. When an order was placed does not change; by number it moves
 * once, when the ERP gives it one.
 */
export type OrderPosition = { readonly key: string; readonly id: OrderId };

export const MAX_ORDERS_PER_PAGE = 100;

/** Which orders a walk through the book meets. */
export type OrderScope = {
  readonly customerNumbers: readonly CustomerNumber[] | "all";
  /** At most 500; not given: all. */
  readonly ids?: readonly OrderId[];
};

export interface OrderBook {
  /** @param ids 1 to 500, distinct @returns in key order, `null` for an unknown id */
  readOrders(ids: readonly OrderId[]): Promise<readonly (OrderRecord | null)[]>;
  /** @param numbers 1 to 500, distinct @returns in key order, `null` for an unknown number */
  readOrdersByNumber(numbers: readonly OrderNumber[]): Promise<readonly (OrderRecord | null)[]>;
  /** One page in the asked sort. */
  listOrders(query: OrderQuery): Promise<OrderPage>;
  /** How many orders match, whatever the page, counted no further than `atMost`. */
  countOrders(query: OrderQuery, atMost: number): Promise<number>;
  /** The orders of a scope by their ids, each once however it changes meanwhile. */
  walkOrders(scope: OrderScope, page: WalkPage<OrderId>): Promise<readonly OrderRecord[]>;
  /** How many orders a walk would meet, counted no further than `atMost`. */
  countScope(scope: OrderScope, atMost: number): Promise<number>;
  /**
   * What the account has ordered through us and was not billed for yet, at the confirmed prices.
   * @returns `null` when there is nothing
   */
  readUnbilledTotal(customerNumber: CustomerNumber): Promise<Money | null>;
}

export type OrderPage = {
  readonly orders: readonly { readonly record: OrderRecord; readonly position: OrderPosition }[];
  readonly hasNextPage: boolean;
};
