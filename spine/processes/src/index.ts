export * from "./command-journal.ts";
export * from "./exception-book.ts";
export { createExceptionBook, exceptionOf } from "./exception-book-postgres.ts";
export * from "./credit-memo-book.ts";
export * from "./customer-book.ts";
export { createCustomerBook, saveCustomers } from "./customer-book-postgres.ts";
export {
  createCreditMemoBook,
  lockCredits,
  saveCreditMemo,
  type InvoiceCredits,
} from "./credit-memo-book-postgres.ts";
export { openDispute } from "./disputes.ts";
export * from "./assign-exception.ts";
export { exceptionChangedOf, exceptionRaisedOf } from "./exception-writer.ts";
export * from "./exception-deadlines.ts";
export * from "./feed-exception.ts";
export * from "./feed-health-book.ts";
export { HISTORY_READ } from "./history.ts";
export * from "./invoice-book.ts";
export { createInvoiceBook, lockInvoices, saveInvoices } from "./invoice-book-postgres.ts";
export * from "./master-data-event.ts";
export { ImplausibleLoadError, markGone, namesNotInBook } from "./master-data-rows.ts";
export {
  masterDataFeed,
  type BookRecord,
  type MasterDataBookOptions,
  type MasterDataKind,
} from "./master-data-state.ts";
export * from "./order-book.ts";
export { createTaxRateBook, type TaxRateBook } from "./tax-rate-book.ts";
export { createOrderBook } from "./order-book-postgres.ts";
export { createBackorderSourcing, sourceBackorders } from "./backorder-sourcing.ts";
export * from "./hold-release.ts";
export {
  idsOfNumbers,
  lockOrders,
  saveSourceOrders,
  type SourceOrderNews,
} from "./order-book-writer.ts";
export { invoiceChangedEvent } from "./invoice-event.ts";
export { orderChangedEvent } from "./order-event.ts";
export * from "./order-process.ts";
export * from "./pauses/pause.ts";
export * from "./pauses/pause-book.ts";
export * from "./pauses/pause-directory.ts";
export * from "./price-book.ts";
export { createPriceBook, removeOtherPriceLines, savePriceLines } from "./price-book-postgres.ts";
export * from "./product-book.ts";
export { createProductBook, saveProducts, type ReadItem } from "./product-book-postgres.ts";
export * from "./finding.ts";
export * from "./receipt-book.ts";
export { createReceiptBook } from "./receipt-book-postgres.ts";
export * from "./receipt-news.ts";
export * from "./resolve-exception.ts";
export * from "./reservation-book.ts";
export { createReservationBook } from "./reservation-book-postgres.ts";
export * from "./reservation-sweep.ts";
export * from "./reservation-writer.ts";
export * from "./return-book.ts";
export {
  createReturnBook,
  idsOfReturnNumbers,
  lockReturnsOfOrder,
  nextReturnNumber,
  openReturn,
} from "./return-book-postgres.ts";
export { returnChangedEvent, type ReturnEffect } from "./return-process.ts";
export * from "./shipment-book.ts";
export * from "./shipment-progress.ts";
export * from "./shipment-report.ts";
export * from "./shipments-under-way.ts";
export * from "./snapshots.ts";
export * from "./flow-book.ts";
export * from "./flow-samples.ts";
export * from "./transaction-book.ts";
export * from "./work-lists/work-list.ts";
export * from "./work-lists/work-list-book.ts";
export * from "./stock-book.ts";
export { createStockBook, noteStockLooks } from "./stock-book-postgres.ts";
export * from "./stock-event.ts";
export * from "./stock-promises.ts";
export { createFigureBook, type FigureBook } from "./figures/figure-book.ts";
export { MAX_FIGURE_DAYS, type OperatingFigure } from "./figures/figure.ts";
export * from "./synthetic-finding.ts";
export * from "./synthetic-run-book.ts";
export { createShipmentBook, lockShipments, saveShipments } from "./shipment-book-postgres.ts";
