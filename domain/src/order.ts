import type { OrderAcceptance } from "./acceptance/order-acceptance.ts";
import type { Address } from "./address.ts";
import type { CustomerNumber, OrderKey, OrderNumber, Sku, WarehouseCode } from "./identifiers.ts";
import type { CurrencyCode, Money } from "./money.ts";
import type { PriceBasis } from "./price.ts";
import type { Quantity } from "./quantity.ts";
import type { SourcingPlan } from "./sourcing/sourcing-plan.ts";
import type { Instant, LocalDate } from "./time.ts";

export const ORDER_STATUSES = [
  "SUBMITTED",
  "ON_HOLD",
  "CONFIRMED",
  "ALLOCATED",
  "BACKORDERED",
  "PICKING",
  "PARTIALLY_SHIPPED",
  "SHIPPED",
  "DELIVERED",
  "INVOICED",
  "CLOSED",
  "CANCELLED",
  "REJECTED",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export type OrderChannel = "PORTAL" | "MOBILE" | "EDI" | "SALES_REP" | "MARKETPLACE" | "ERP";

/** An order as the buyer placed it and as we write it to the ERP. Prices are confirmed. */
export type OrderDraft = {
  readonly key: OrderKey;
  readonly customerNumber: CustomerNumber;
  /** The buyer's purchase order number. */
  readonly customerReference: string | null;
  readonly channel: OrderChannel;
  readonly currency: CurrencyCode;
  readonly placedAt: Instant;
  readonly requestedDeliveryOn: LocalDate | null;
  readonly shipTo: Address;
  /** The one that sends most of it: where the ERP keeps the order. */
  readonly warehouse: WarehouseCode;
  readonly lines: readonly OrderDraftLine[];
  /** Which warehouse sends what; everything from `warehouse` where it is left out. */
  readonly sourcing?: SourcingPlan;
  /** How it was accepted; left out of orders that were taken before there were rules for that. */
  readonly acceptance?: OrderAcceptance;
  /** Nobody buys anything: it finds out whether the path of an order works, and is taken back. */
  readonly isSynthetic?: true;
};

export type OrderDraftLine = {
  /** From 1, without gaps. */
  readonly lineNumber: number;
  readonly sku: Sku;
  /** What the buyer had ordered, and has `sku` instead of; left out: nothing. */
  readonly substituteFor?: Sku;
  readonly description: string;
  readonly ordered: Quantity;
  /** The same goods in the product's base unit, as warehouses count. */
  readonly orderedBase: Quantity;
  /** Per `ordered.uom`. */
  readonly unitPrice: Money;
  readonly priceBasis: PriceBasis;
};

/** An order as the ERP has it. */
export type SourceOrder = {
  readonly number: OrderNumber;
  /** Our key, when it is one of ours. */
  readonly key: OrderKey | null;
  readonly customerNumber: CustomerNumber;
  readonly customerReference: string | null;
  /** What the ERP's own state means; fulfilment and billing may know more. */
  readonly status: OrderStatus;
  readonly orderedOn: LocalDate;
  readonly requestedDeliveryOn: LocalDate | null;
  readonly shipTo: Address | null;
  readonly warehouse: WarehouseCode | null;
  readonly subtotal: Money;
  readonly tax: Money;
  readonly total: Money;
  readonly lines: readonly SourceOrderLine[];
  readonly modifiedAt: Instant;
};

export type SourceOrderLine = {
  readonly lineNumber: number;
  readonly sku: Sku;
  readonly description: string;
  readonly ordered: Quantity;
  readonly shipped: Quantity;
  readonly invoiced: Quantity;
  readonly unitPrice: Money;
  readonly lineTotal: Money;
};
