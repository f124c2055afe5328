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
import type { AcceptanceReads, ReadCache, Reads } from "@crossdock/reads";
import type { Clock, Logger } from "@crossdock/runtime";
import type { ErpSystem, FinanceSystem, WmsSystem } from "@crossdock/source-contract";
import type { CommandIntake } from "@crossdock/subgraph-kit";

/** All that this subgraph needs from outside of itself. */
export type OrdersDeps = {
  readonly erp: Pick<ErpSystem, "name"> & {
    readonly customers: Pick<ErpSystem["customers"], "listCustomers">;
  };
  readonly wms: Pick<WmsSystem, "name">;
  readonly finance: Pick<FinanceSystem, "name">;
  readonly reads: Pick<
    Reads,
    "products" | "customers" | "priceLines" | "orderDocuments" | "receivables" | "lookUps"
  >;
  /** What orders are judged by: docs/decisions/0008-facts-for-acceptance.md. */
  readonly acceptance: AcceptanceReads;
  /** What both keep: outdated by what a command of ours has changed. */
  readonly readCache: Pick<ReadCache, "expire">;
  readonly orderBook: OrderBook;
  readonly invoiceBook: Pick<InvoiceBook, "readOpenBalance">;
  readonly reservationBook: ReservationBook;
  readonly returnBook: ReturnBook;
  /** For orders that are taken together or not at all. */
  readonly ledger: Pick<Ledger, "transaction">;
  readonly orderProcess: Pick<OrderProcess, "opening" | "request">;
  readonly commandLog: CommandIntake & Pick<CommandLog, "accept" | "acceptEach" | "read">;
  readonly eventLog: Pick<EventLog, "follow" | "head" | "readPage">;
  readonly clock: Clock;
  readonly logger: Logger;
};
