import type { CommandLog } from "@crossdock/commands";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { CreditMemoBook, InvoiceBook, OrderBook, ShipmentBook } from "@crossdock/processes";
import type { Clock, Logger } from "@crossdock/runtime";
import type { CustomerReader, InvoiceReader, ReceivablesReader } from "@crossdock/source-contract";
import type { CommandIntake } from "@crossdock/subgraph-kit";

/** What this subgraph is built from. */
export type BillingDeps = {
  readonly erp: {
    readonly name: string;
    readonly customers: Pick<CustomerReader, "readCustomers">;
  };
  readonly finance: {
    readonly name: string;
    readonly invoices: InvoiceReader;
    readonly receivables: ReceivablesReader;
  };
  readonly invoiceBook: InvoiceBook;
  readonly creditMemoBook: CreditMemoBook;
  readonly orderBook: Pick<OrderBook, "readOrders" | "readOrdersByNumber">;
  readonly shipmentBook: Pick<ShipmentBook, "readShipments" | "readShipmentsOfOrders">;
  readonly ledger: Pick<Ledger, "transaction">;
  readonly commandLog: CommandIntake & Pick<CommandLog, "accept" | "read">;
  readonly eventLog: Pick<EventLog, "follow" | "head">;
  readonly clock: Clock;
  readonly logger: Logger;
};
