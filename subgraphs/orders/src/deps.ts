import type { CommandLog } from "@crossdock/commands";
import type {
  AcceptancePolicy,
  BillingTerms,
  CustomerNumber,
  ReturnPolicy,
  SourcingPolicy,
  StockPolicy,
} from "@crossdock/domain";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type {
  InvoiceBook,
  OrderBook,
  OrderProcess,
  PauseDirectory,
  ReceiptBook,
  ReservationBook,
  ReturnBook,
  ShipmentBook,
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
    | "products"
    | "customers"
    | "priceLines"
    | "orderDocuments"
    | "receivables"
    | "lookUps"
    | "taxEstimates"
    | "shippingOptions"
  >;
  /** What orders are judged by: docs/decisions/0008-facts-for-acceptance.md. */
  readonly acceptance: AcceptanceReads;
  /** The distributor's own rules of taking orders. */
  readonly acceptancePolicy: AcceptancePolicy;
  /** From which warehouses orders are sent. */
  readonly sourcingPolicy: SourcingPolicy;
  /** What is still to come, for the dates of backorders. */
  readonly receiptBook: Pick<ReceiptBook, "readInbound">;
  /** What of it can be promised when it has come. */
  readonly stockPolicy: StockPolicy;
  /** What both keep: outdated by what a command of ours has changed. */
  readonly readCache: Pick<ReadCache, "expire">;
  readonly orderBook: OrderBook;
  readonly invoiceBook: Pick<InvoiceBook, "readOpenBalance">;
  readonly reservationBook: ReservationBook;
  readonly returnBook: ReturnBook;
  /** What the distributor agrees to without a person. */
  readonly returnPolicy: ReturnPolicy;
  readonly shipmentBook: Pick<ShipmentBook, "readShipmentsOfOrders">;
  /** For orders that are taken together or not at all. */
  readonly ledger: Pick<Ledger, "transaction">;
  readonly orderProcess: Pick<OrderProcess, "opening" | "request">;
  readonly commandLog: CommandIntake &
    Pick<CommandLog, "accept" | "acceptAll" | "holdBack" | "mayWithdraw" | "read">;
  readonly eventLog: Pick<EventLog, "follow" | "head" | "readPage">;
  /** Whether an account is charged for the way; nobody is where it is left out. */
  readonly billingTermsOf?: (customer: CustomerNumber) => Pick<BillingTerms, "freight">;
  /** What keeps commands from going to a system; nothing does where it is left out. */
  readonly pauses?: Pick<PauseDirectory, "laneHeldBy">;
  readonly clock: Clock;
  readonly logger: Logger;
};
