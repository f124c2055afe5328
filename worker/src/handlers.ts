import type { CommandHandler } from "@crossdock/commands";
import type { BillingPolicy, StockPolicy } from "@crossdock/domain";
import type {
  CreditMemoBook,
  ExceptionBook,
  OrderBook,
  ReturnBook,
  ShipmentBook,
  TaxRateBook,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type {
  CarrierSystem,
  ErpSystem,
  FinanceSystem,
  TaxSystem,
  WmsSystem,
} from "@crossdock/source-contract";
import { handleAnnounceReceipt } from "./handlers/announce-receipt.ts";
import { handleAdjustInventory, handleTransferInventory } from "./handlers/book-movement.ts";
import { handleAnnounceReturn } from "./handlers/announce-return.ts";
import { handleCalculateTax } from "./handlers/calculate-tax.ts";
import { handleCancelReceipt } from "./handlers/cancel-receipt.ts";
import { handleCancelRelease } from "./handlers/cancel-release.ts";
import { handleCancelShipment } from "./handlers/cancel-shipment.ts";
import { handleCreditReturn } from "./handlers/credit-return.ts";
import { handleIssueCreditMemo } from "./handlers/issue-credit-memo.ts";
import { handleRaiseInvoice } from "./handlers/raise-invoice.ts";
import { handleReadFreight } from "./handlers/read-freight.ts";
import { handleRecordPayment } from "./handlers/record-payment.ts";
import { handleRefundCredit } from "./handlers/refund-credit.ts";
import { handleReleaseOrder } from "./handlers/release-order.ts";
import { handleRemoveOrder } from "./handlers/remove-order.ts";
import { handleReviewReturn } from "./handlers/review-return.ts";
import { handleRewriteOrder } from "./handlers/rewrite-order.ts";
import { handleSubmitOrder } from "./handlers/submit-order.ts";
import { handleSettleTax } from "./handlers/settle-tax.ts";
import { handleTrueUpTax } from "./handlers/true-up-tax.ts";
import { handleVoidTax } from "./handlers/void-tax.ts";
import { createWarehouseAddresses } from "./handlers/warehouse-address.ts";
import { handleWithdrawReturn } from "./handlers/withdraw-return.ts";

/** One handler per command of the system; a new command's handler is added here. */
export function createHandlers(deps: {
  readonly erp: ErpSystem;
  readonly wms: WmsSystem;
  readonly finance: FinanceSystem;
  /** `null` where finance's own rules tax a bill: then no bill waits for it. */
  readonly tax: TaxSystem | null;
  /** `null` where freight is within the prices. */
  readonly carrier: CarrierSystem | null;
  readonly orderBook: OrderBook;
  readonly shipmentBook: ShipmentBook;
  readonly returnBook: ReturnBook;
  readonly creditMemoBook: CreditMemoBook;
  readonly exceptionBook: Pick<ExceptionBook, "wasRetried">;
  readonly stockPolicy: StockPolicy;
  readonly billingPolicy: Pick<BillingPolicy, "closedPeriod" | "estimateAfterSeconds">;
  readonly taxRateBook: TaxRateBook;
  readonly clock: Clock;
}): readonly CommandHandler[] {
  const { tax, carrier } = deps;
  const addresses = createWarehouseAddresses(deps);
  return [
    handleSubmitOrder(deps),
    handleRemoveOrder(deps),
    handleRewriteOrder(deps),
    handleReleaseOrder(deps),
    handleCancelRelease(deps),
    handleCancelShipment(deps),
    ...(carrier === null ? [] : [handleReadFreight({ ...deps, carrier, addresses })]),
    ...(tax === null
      ? []
      : [
          handleCalculateTax({ ...deps, tax, addresses }),
          handleTrueUpTax({ ...deps, tax, addresses }),
          handleVoidTax({ tax }),
        ]),
    handleSettleTax(deps),
    handleRaiseInvoice(deps),
    handleRecordPayment(deps),
    handleAnnounceReceipt(deps),
    handleCancelReceipt(deps),
    handleAdjustInventory(deps),
    handleTransferInventory(deps),
    handleIssueCreditMemo(deps),
    handleAnnounceReturn(deps),
    handleWithdrawReturn(deps),
    handleReviewReturn(deps),
    handleCreditReturn(deps),
    handleRefundCredit(deps),
  ];
}
