import type { CommandLog } from "@crossdock/commands";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type {
  CreditMemoBook,
  InvoiceBook,
  OrderBook,
  ReturnBook,
  ShipmentBook,
} from "@crossdock/processes";
import type { ReadCache, Reads } from "@crossdock/reads";
import type { Clock, Logger } from "@crossdock/runtime";
import type { InvoiceReader } from "@crossdock/source-contract";
import type { CommandIntake, ReadThrough } from "@crossdock/subgraph-kit";

/** What this subgraph is built from. */
export type BillingDeps = {
  readonly reads: Pick<
    Reads,
    "customers" | "invoices" | "invoicesByNumber" | "receivables" | "lookUps"
  >;
  /** The same for what a command is judged by, before the inquiries of others. */
  readonly commandReads: Pick<Reads, "invoices">;
  readonly readCache: Pick<ReadCache, "expire">;
  /** Asked itself only where nothing that was told before will do. */
  readonly finance: {
    readonly name: string;
    readonly invoices: Pick<InvoiceReader, "readInvoices">;
  };
  readonly invoiceBook: InvoiceBook;
  /** Of finance's feed in the invoice book. */
  readonly invoicesReadThrough: ReadThrough;
  readonly creditMemoBook: CreditMemoBook;
  readonly returnBook: Pick<ReturnBook, "readReturns">;
  readonly orderBook: Pick<OrderBook, "readOrders" | "readOrdersByNumber">;
  readonly shipmentBook: Pick<ShipmentBook, "readShipments" | "readShipmentsOfOrders">;
  readonly ledger: Pick<Ledger, "transaction">;
  readonly commandLog: CommandIntake & Pick<CommandLog, "accept" | "read">;
  readonly eventLog: Pick<EventLog, "follow" | "head">;
  readonly clock: Clock;
  readonly logger: Logger;
};
