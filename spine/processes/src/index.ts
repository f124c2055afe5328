export * from "./command-journal.ts";
export * from "./invoice-book.ts";
export { createInvoiceBook, lockInvoices, saveInvoices } from "./invoice-book-postgres.ts";
export * from "./order-book.ts";
export { createOrderBook } from "./order-book-postgres.ts";
export { idsOfNumbers, saveSourceOrders } from "./order-book-writer.ts";
export * from "./order-process.ts";
export * from "./shipment-book.ts";
export { createShipmentBook, lockShipments, saveShipments } from "./shipment-book-postgres.ts";
