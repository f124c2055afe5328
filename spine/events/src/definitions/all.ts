import type { EventDefinition } from "../define-event.ts";
import { invoiceChanged } from "./billing/invoice-changed.ts";
import { commandProgressed } from "./commands/command-progressed.ts";
import { exceptionChanged } from "./exceptions/exception-changed.ts";
import { exceptionRaised } from "./exceptions/exception-raised.ts";
import { inventoryChanged } from "./inventory/inventory-changed.ts";
import { productChanged } from "./inventory/product-changed.ts";
import { customerChanged } from "./orders/customer-changed.ts";
import { orderChanged } from "./orders/order-changed.ts";
import { priceChanged } from "./orders/price-changed.ts";
import { returnChanged } from "./orders/return-changed.ts";
import { shipmentProgressed } from "./shipments/shipment-progressed.ts";

/** Every event of the system; a new one is added here. */
export const allEvents: readonly EventDefinition[] = [
  orderChanged,
  shipmentProgressed,
  invoiceChanged,
  commandProgressed,
  exceptionRaised,
  exceptionChanged,
  inventoryChanged,
  productChanged,
  customerChanged,
  priceChanged,
  returnChanged,
];
