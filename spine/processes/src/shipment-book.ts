import type {
  CustomerNumber,
  Instant,
  OrderNumber,
  Quantity,
  Shipment,
  ShipmentId,
  ShipmentStatus,
  Sku,
  WarehouseCode,
} from "@crossdock/domain";
import type { WalkPage } from "./book-walk.ts";

/** One row for every shipment that the warehouse's feed has told us of. */
export type ShipmentRecord = {
  /** As last seen, merged forward only: no late message takes a delivery back. */
  readonly shipment: Shipment;
  /** `null` while the order book does not know the order. */
  readonly customerNumber: CustomerNumber | null;
  readonly seenAt: Instant;
};

export type ShipmentQuery = {
  readonly visibleTo: readonly CustomerNumber[] | "all";
  readonly customerNumber?: CustomerNumber;
  readonly orderNumber?: OrderNumber;
  readonly statuses?: readonly ShipmentStatus[];
  readonly warehouse?: WarehouseCode;
  /** Carrying some of these, and not cancelled. */
  readonly goods?: TracedGoods;
  /** Inclusive. */
  readonly shippedFrom?: Instant;
  /** Exclusive. */
  readonly shippedTo?: Instant;
  /** 1 to `MAX_SHIPMENTS_PER_PAGE`; newest change first, so that a shipment that changes moves to the front. */
  readonly first: number;
  readonly after: BookPosition | null;
};

/** One lot of a product, or one piece of it. */
export type TracedGoods = { readonly sku: Sku } & (
  { readonly lot: string } | { readonly serial: string }
);

/** Where goods went, as far as shipments tell. */
export type GoodsWay = {
  /** What has left the building, in base units. */
  readonly shipped: Quantity;
  /** Accounts that got or will get some, each once, in order. */
  readonly customerNumbers: readonly CustomerNumber[];
};

/** Where a row stands in its list: survives inserts before and after it. */
export type BookPosition = { readonly key: string; readonly id: string };

export const MAX_SHIPMENTS_PER_PAGE = 100;

/** Which shipments a walk through the book meets. */
export type ShipmentScope = {
  /** Those of no known account only with "all". */
  readonly customerNumbers: readonly CustomerNumber[] | "all";
  /** At most 500; not given: all. */
  readonly ids?: readonly ShipmentId[];
  /** Those that carry something of one of these, at most 500; not given: all. */
  readonly orderNumbers?: readonly OrderNumber[];
};

export interface ShipmentBook {
  /** @param ids 1 to 500, distinct @returns in key order, `null` for an unknown id */
  readShipments(ids: readonly ShipmentId[]): Promise<readonly (ShipmentRecord | null)[]>;
  findByNumber(number: string): Promise<ShipmentRecord | null>;
  findByTrackingNumber(trackingNumber: string): Promise<ShipmentRecord | null>;
  /** @returns per order, in key order, its shipments oldest first */
  readShipmentsOfOrders(
    numbers: readonly OrderNumber[],
  ): Promise<readonly (readonly ShipmentRecord[])[]>;
  listShipments(query: ShipmentQuery): Promise<{
    readonly rows: readonly { readonly record: ShipmentRecord; readonly position: BookPosition }[];
    readonly hasNextPage: boolean;
  }>;
  /** How many shipments match, whatever the page, counted no further than `atMost`. */
  countShipments(query: ShipmentQuery, atMost: number): Promise<number>;
  /** @returns `null` when no shipment of these accounts carries any of it */
  traceGoods(
    goods: TracedGoods,
    visibleTo: readonly CustomerNumber[] | "all",
  ): Promise<GoodsWay | null>;
  /** The shipments of a scope by their ids, each once however it changes meanwhile. */
  walkShipments(
    scope: ShipmentScope,
    page: WalkPage<ShipmentId>,
  ): Promise<readonly ShipmentRecord[]>;
  /** How many shipments a walk would meet, counted no further than `atMost`. */
  countScope(scope: ShipmentScope, atMost: number): Promise<number>;
}
