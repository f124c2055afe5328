import type { StockPolicy } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type {
  InvoiceBook,
  OrderBook,
  ProductBook,
  ShipmentBook,
  StockBook,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { ErpSystem, FinanceSystem, WmsSystem } from "@crossdock/source-contract";

/** What comparing needs: the sources in a lane that nobody waits for, and our books. */
export type ComparisonDeps = {
  readonly erp: Pick<ErpSystem, "name" | "orders" | "bookedStock">;
  readonly wms: Pick<WmsSystem, "name" | "warehouses" | "stock" | "shipments">;
  readonly finance: Pick<FinanceSystem, "name" | "invoices">;
  readonly ledger: Pick<Ledger, "db">;
  readonly orderBook: Pick<OrderBook, "readOrdersByNumber">;
  readonly shipmentBook: Pick<ShipmentBook, "readShipmentsOfOrders">;
  readonly invoiceBook: Pick<InvoiceBook, "readInvoices" | "readInvoicesOfOrders">;
  readonly productBook: Pick<ProductBook, "readProducts">;
  readonly stockBook: Pick<StockBook, "readStock">;
  /** Whose stock lies where: what is not the distributor's own is not in the ERP's books. */
  readonly stockPolicy: StockPolicy;
  readonly clock: Clock;
  readonly settings: ComparisonSettings;
};

export type ComparisonSettings = {
  /** Orders and bills of so many days are compared, and older ones that are still open. */
  readonly days: number;
  /** So long after it left a shipment may go without a bill. */
  readonly billedWithinMs: number;
};

/** Keys of one page: one bulk call of each source, or a few. */
export const PAGE_KEYS = 100;
export const DAY_MS = 86_400_000;
