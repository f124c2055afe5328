import type { CommandLog } from "@crossdock/commands";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { OrderBook, ShipmentBook } from "@crossdock/processes";
import type { Clock, Logger } from "@crossdock/runtime";
import type { ShipmentReader } from "@crossdock/source-contract";
import type { CommandIntake } from "@crossdock/subgraph-kit";

/** What this subgraph is built from. */
export type ShipmentsDeps = {
  readonly wms: { readonly name: string; readonly shipments: ShipmentReader };
  readonly shipmentBook: ShipmentBook;
  readonly orderBook: Pick<OrderBook, "readOrders" | "readOrdersByNumber">;
  readonly eventLog: Pick<EventLog, "follow" | "head">;
  readonly ledger: Pick<Ledger, "transaction">;
  readonly commandLog: CommandIntake & Pick<CommandLog, "read">;
  readonly clock: Clock;
  readonly logger: Logger;
};
