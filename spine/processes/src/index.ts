export * from "./invoice-book.ts";
export * from "./order-book.ts";
export * from "./shipment-book.ts";
