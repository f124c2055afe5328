export * from "./bulk-read.contract.ts";
export * from "./invoice-writer.contract.ts";
export * from "./order-changer.contract.ts";
export * from "./order-writer.contract.ts";
export * from "./payment-writer.contract.ts";
export * from "./release-canceller.contract.ts";
export * from "./release-writer.contract.ts";
export * from "./stock-movement-writer.contract.ts";
