import type { BookedStockReader } from "./booked-stock.ts";
import type { ChargeReader, RateReader, TrackingReader } from "./carrier.ts";
import type { CustomerReader } from "./customers.ts";
import type {
  ClosedPeriodReader,
  CreditMemoWriter,
  InvoiceFeed,
  InvoiceReader,
  InvoiceWriter,
  PaymentWriter,
  ReceivablesReader,
  RefundWriter,
} from "./invoices.ts";
import type { SourceHealth } from "./health.ts";
import type { SourceLane } from "./lanes.ts";
import type { MasterDataFeed } from "./master-data.ts";
import type { OrderChanger, OrderFeed, OrderReader, OrderWriter } from "./orders.ts";
import type { PriceReader, ProductReader } from "./products.ts";
import type { ReceiptFeed, ReceiptWriter } from "./receipts.ts";
import type { ReturnReader, ReturnWriter } from "./returns.ts";
import type { ReleaseCanceller, ReleaseWriter, ShipmentFeed, ShipmentReader } from "./shipments.ts";
import type { StockFeed, StockMovementWriter, StockReader, WarehouseReader } from "./stock.ts";
import type { TaxCalculator } from "./tax.ts";
import type { WebhookReceiver } from "./webhooks.ts";

/** What we need of an ERP. An adapter package exports one function that builds it. */
export interface ErpSystem {
  /** The name that `crossdock.yaml` gives it; shown in provenance. */
  readonly name: string;
  readonly customers: CustomerReader;
  readonly products: ProductReader;
  readonly prices: PriceReader;
  readonly masterData: MasterDataFeed;
  readonly orders: OrderReader & OrderWriter & OrderChanger & OrderFeed;
  readonly stockMovements: StockMovementWriter;
  readonly bookedStock: BookedStockReader;
  readonly webhooks: WebhookReceiver;
  /** The same system with its connections, tokens, budget and breakers, asked for this purpose. */
  inLane(lane: SourceLane): ErpSystem;
  /** Of all lanes together, in this process. */
  health(): SourceHealth;
  close(): Promise<void>;
}

/** What we need of a warehouse system. */
export interface WmsSystem {
  readonly name: string;
  readonly warehouses: WarehouseReader;
  readonly stock: StockReader;
  readonly stockFeed: StockFeed;
  readonly receipts: ReceiptWriter & ReceiptFeed;
  readonly returns: ReturnWriter & ReturnReader;
  readonly shipments: ShipmentReader & ReleaseWriter & ShipmentFeed;
  readonly cancellations: ReleaseCanceller;
  readonly webhooks: WebhookReceiver;
  inLane(lane: SourceLane): WmsSystem;
  health(): SourceHealth;
  close(): Promise<void>;
}

/** What we need of a finance system. */
export interface FinanceSystem {
  readonly name: string;
  readonly invoices: InvoiceReader & InvoiceWriter & InvoiceFeed;
  readonly payments: PaymentWriter;
  readonly creditMemos: CreditMemoWriter;
  readonly refunds: RefundWriter;
  readonly receivables: ReceivablesReader;
  readonly periods: ClosedPeriodReader;
  readonly webhooks: WebhookReceiver;
  inLane(lane: SourceLane): FinanceSystem;
  health(): SourceHealth;
  close(): Promise<void>;
}

/** What we need of a tax engine. It tells nothing by itself: there is no feed and no webhook of it. */
export interface TaxSystem {
  readonly name: string;
  readonly calculations: TaxCalculator;
  inLane(lane: SourceLane): TaxSystem;
  health(): SourceHealth;
  close(): Promise<void>;
}

/** What we need of a carrier, or of a system that stands before many of them. */
export interface CarrierSystem {
  readonly name: string;
  readonly rates: RateReader;
  readonly charges: ChargeReader;
  readonly tracking: TrackingReader;
  /** `null` where it notifies of nothing. */
  readonly webhooks: WebhookReceiver | null;
  inLane(lane: SourceLane): CarrierSystem;
  health(): SourceHealth;
  close(): Promise<void>;
}
