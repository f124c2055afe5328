import type {
  CustomerNumber,
  Instant,
  OrderId,
  OrderLineId,
  OrderNumber,
  Package,
  Provenance,
  Shipment,
  ShipmentId,
  ShipmentStatus,
  UserError,
} from "@crossdock/domain";
import type { GoodsWay, TracedGoods } from "@crossdock/processes";
import type { CommandView, Connection } from "@crossdock/subgraph-kit";

/** A shipment that the viewer may see. */
export type ShipmentView = Shipment & {
  readonly provenance: Provenance;
  /** Whose it is; `null` while nobody knows. */
  readonly customerNumber: CustomerNumber | null;
};

/** A package with the shipment that it is of. */
export type PackageView = Package & { readonly shipment: Shipment };

export type GoodsTraceView = { readonly goods: TracedGoods; readonly way: GoodsWay };

/** What became of a mutation about a shipment; all but the errors is `null` when there are any. */
export type ShipmentCommandView = {
  readonly command: CommandView | null;
  readonly shipmentId: ShipmentId | null;
  readonly replayed: boolean;
  readonly userErrors: readonly UserError[];
};

/** An order that the viewer may see. */
export type OrderRef = {
  readonly id: OrderId;
  /** `null`: the ERP has not created it yet, so nothing can have been sent. */
  readonly number: OrderNumber | null;
  readonly customerNumber: CustomerNumber;
};

/** A line of an order. `order` is missing where only the line's name is told. */
export type OrderLineRef = {
  readonly id: OrderLineId;
  readonly orderNumber: OrderNumber | null;
  readonly lineNumber: number;
};

export type ShipmentConnectionView = Connection<ShipmentView>;

export type ShipmentEventView = {
  readonly cursor: string;
  readonly type: ShipmentStatus;
  readonly occurredAt: Instant;
  readonly isSnapshot: boolean;
  readonly shipment: ShipmentView;
};
