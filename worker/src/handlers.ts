import type { CommandHandler } from "@crossdock/commands";
import type { StockPolicy } from "@crossdock/domain";
import type { ExceptionBook, OrderBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { ErpSystem, FinanceSystem, WmsSystem } from "@crossdock/source-contract";
import { handleAnnounceReceipt } from "./handlers/announce-receipt.ts";
import { handleAdjustInventory, handleTransferInventory } from "./handlers/book-movement.ts";
import { handleCancelReceipt } from "./handlers/cancel-receipt.ts";
import { handleCancelRelease } from "./handlers/cancel-release.ts";
import { handleCancelShipment } from "./handlers/cancel-shipment.ts";
import { handleIssueCreditMemo } from "./handlers/issue-credit-memo.ts";
import { handleRaiseInvoice } from "./handlers/raise-invoice.ts";
import { handleRecordPayment } from "./handlers/record-payment.ts";
import { handleReleaseOrder } from "./handlers/release-order.ts";
import { handleRemoveOrder } from "./handlers/remove-order.ts";
import { handleRewriteOrder } from "./handlers/rewrite-order.ts";
import { handleSubmitOrder } from "./handlers/submit-order.ts";

/** One handler per command of the system; a new command's handler is added here. */
export function createHandlers(deps: {
  readonly erp: ErpSystem;
  readonly wms: WmsSystem;
  readonly finance: FinanceSystem;
  readonly orderBook: OrderBook;
  readonly exceptionBook: Pick<ExceptionBook, "wasRetried">;
  readonly stockPolicy: StockPolicy;
  readonly clock: Clock;
}): readonly CommandHandler[] {
  return [
    handleSubmitOrder(deps),
    handleRemoveOrder(deps),
    handleRewriteOrder(deps),
    handleReleaseOrder(deps),
    handleCancelRelease(deps),
    handleCancelShipment(deps),
    handleRaiseInvoice(deps),
    handleRecordPayment(deps),
    handleAnnounceReceipt(deps),
    handleCancelReceipt(deps),
    handleAdjustInventory(deps),
    handleTransferInventory(deps),
    handleIssueCreditMemo(deps),
  ];
}
