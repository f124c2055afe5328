import type { EventLog } from "@crossdock/events";
import type { OrderBook, ShipmentBook } from "@crossdock/processes";
import type { Clock, Logger } from "@crossdock/runtime";
import type { ShipmentReader } from "@crossdock/source-contract";

/** What this subgraph is built from. */
export type ShipmentsDeps = {
  readonly wms: { readonly name: string; readonly shipments: ShipmentReader };
  readonly shipmentBook: ShipmentBook;
  readonly orderBook: Pick<OrderBook, "readOrders" | "readOrdersByNumber">;
  readonly eventLog: Pick<EventLog, "follow">;
  readonly clock: Clock;
  readonly logger: Logger;
};
