import type { DataAccessesTable } from "./access-tables.ts";
import type { AuditHeadTable, AuditJournalTable } from "./audit-tables.ts";
import type {
  FeedWatermarksTable,
  InvoiceBookTable,
  OrderBookTable,
  ShipmentBookTable,
} from "./book-tables.ts";
import type { CommandsTable } from "./command-tables.ts";
import type { CreditMemosTable, DisputesTable } from "./receivable-tables.ts";
import type { ExceptionsTable } from "./exception-tables.ts";
import type {
  ConsumerOffsetsTable,
  EventLogStateTable,
  EventQuarantineTable,
  EventsTable,
  EventSubjectsTable,
} from "./event-tables.ts";
import type { FeedHealthTable, ParkedRecordsTable } from "./ingest-tables.ts";
import type {
  ManifestOperationsTable,
  OperationManifestsTable,
  UnknownOperationsTable,
} from "./manifest-tables.ts";
import type { CustomerBookTable, PriceBookTable, ProductBookTable } from "./master-data-tables.ts";
import type {
  BilledShipmentsTable,
  ClientMinutesTable,
  CommandAttemptsTable,
  FlowSamplesTable,
} from "./operator-tables.ts";
import type { ExceptionDeadlinesTable, PausesTable } from "./pause-tables.ts";
import type { ApiKeysTable, PartnersTable } from "./partner-tables.ts";
import type { InboundStockTable, ReceiptBookTable } from "./receipt-tables.ts";
import type {
  MismatchesTable,
  MismatchFindingsTable,
  ReconciliationsTable,
} from "./reconciliation-tables.ts";
import type { ReservationsTable } from "./reservation-tables.ts";
import type { ReturnsTable } from "./return-tables.ts";
import type { StockBookTable, StockLooksTable } from "./stock-tables.ts";
import type { SyntheticRunsTable } from "./synthetic-tables.ts";
import type {
  OperationUsageTable,
  UsedOperationsTable,
  VariableUsageTable,
} from "./usage-tables.ts";
import type { TaxRatesTable } from "./tax-tables.ts";
import type { WebhookMessagesTable } from "./webhook-tables.ts";

/** Every table of the ledger; a room's tables are described in a file of their own beside this one. */
export interface LedgerTables {
  readonly events: EventsTable;
  readonly event_subjects: EventSubjectsTable;
  readonly event_log_state: EventLogStateTable;
  readonly event_quarantine: EventQuarantineTable;
  readonly consumer_offsets: ConsumerOffsetsTable;
  readonly commands: CommandsTable;
  readonly command_attempts: CommandAttemptsTable;
  readonly exceptions: ExceptionsTable;
  readonly exception_deadlines: ExceptionDeadlinesTable;
  readonly pauses: PausesTable;
  readonly order_book: OrderBookTable;
  readonly billed_shipments: BilledShipmentsTable;
  readonly flow_samples: FlowSamplesTable;
  readonly shipment_book: ShipmentBookTable;
  readonly invoice_book: InvoiceBookTable;
  readonly disputes: DisputesTable;
  readonly credit_memos: CreditMemosTable;
  readonly reservations: ReservationsTable;
  readonly returns: ReturnsTable;
  readonly stock_book: StockBookTable;
  readonly stock_looks: StockLooksTable;
  readonly receipt_book: ReceiptBookTable;
  readonly inbound_stock: InboundStockTable;
  readonly product_book: ProductBookTable;
  readonly customer_book: CustomerBookTable;
  readonly price_book: PriceBookTable;
  readonly reconciliations: ReconciliationsTable;
  readonly mismatches: MismatchesTable;
  readonly mismatch_findings: MismatchFindingsTable;
  readonly audit_journal: AuditJournalTable;
  readonly audit_head: AuditHeadTable;
  readonly data_accesses: DataAccessesTable;
  readonly feed_watermarks: FeedWatermarksTable;
  readonly feed_health: FeedHealthTable;
  readonly parked_records: ParkedRecordsTable;
  readonly partners: PartnersTable;
  readonly api_keys: ApiKeysTable;
  readonly operation_manifests: OperationManifestsTable;
  readonly manifest_operations: ManifestOperationsTable;
  readonly unknown_operations: UnknownOperationsTable;
  readonly client_minutes: ClientMinutesTable;
  readonly used_operations: UsedOperationsTable;
  readonly operation_usage: OperationUsageTable;
  readonly variable_usage: VariableUsageTable;
  readonly synthetic_runs: SyntheticRunsTable;
  readonly tax_rates: TaxRatesTable;
  readonly webhook_messages: WebhookMessagesTable;
}
