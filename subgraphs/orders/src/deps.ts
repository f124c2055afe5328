import type { CommandLog } from "@crossdock/commands";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type {
  InvoiceBook,
  OrderBook,
  OrderProcess,
  ReservationBook,
  ReturnBook,
} from "@crossdock/processes";
import type { Clock, Logger } from "@crossdock/runtime";
import type { ErpSystem, FinanceSystem, WmsSystem } from "@crossdock/source-contract";
import type { CommandIntake } from "@crossdock/subgraph-kit";

/** All that this subgraph needs from outside of itself. */
export type OrdersDeps = {
  readonly erp: Pick<ErpSystem, "name" | "customers" | "products" | "prices"> & {
    readonly orders: Pick<ErpSystem["orders"], "readOrders">;
  };
  readonly wms: Pick<WmsSystem, "name" | "warehouses" | "stock">;
  readonly finance: Pick<FinanceSystem, "name" | "receivables">;
  /** The same systems, asked for what accepting an order needs to know. */
  readonly acceptance: Pick<OrdersDeps, "erp" | "wms">;
  readonly orderBook: OrderBook;
  readonly invoiceBook: Pick<InvoiceBook, "readOpenBalance">;
  readonly reservationBook: ReservationBook;
  readonly returnBook: ReturnBook;
  /** For orders that are taken together or not at all. */
  readonly ledger: Pick<Ledger, "transaction">;
  readonly orderProcess: Pick<OrderProcess, "opening" | "request">;
  readonly commandLog: CommandIntake & Pick<CommandLog, "accept" | "acceptEach" | "read">;
  readonly eventLog: Pick<EventLog, "follow" | "head" | "readPage">;
  /** Whether facts for acceptance outlive their request; they do unless told otherwise. */
  readonly remembersFacts?: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
};
