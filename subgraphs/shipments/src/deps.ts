import type { CommandLog } from "@crossdock/commands";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { OrderBook, ShipmentBook } from "@crossdock/processes";
import type { AcceptanceReads, ReadCache, Reads } from "@crossdock/reads";
import type { Clock, Logger } from "@crossdock/runtime";
import type { CommandIntake, ReadThrough } from "@crossdock/subgraph-kit";

/** What this subgraph is built from. */
export type ShipmentsDeps = {
  readonly reads: Pick<Reads, "shipments" | "shipmentsOfOrders" | "lookUps" | "shippingOptions">;
  /** What orders are judged by: the same goods, accounts and warehouses. */
  readonly acceptance: Pick<AcceptanceReads, "products" | "customers" | "warehouses">;
  readonly readCache: Pick<ReadCache, "expire">;
  readonly wms: { readonly name: string };
  readonly shipmentBook: ShipmentBook;
  /** Of the warehouse's feed in the shipment book. */
  readonly shipmentsReadThrough: ReadThrough;
  readonly orderBook: Pick<OrderBook, "readOrders" | "readOrdersByNumber">;
  readonly eventLog: Pick<EventLog, "follow" | "head">;
  readonly ledger: Pick<Ledger, "transaction">;
  readonly commandLog: CommandIntake & Pick<CommandLog, "read">;
  readonly clock: Clock;
  readonly logger: Logger;
};
