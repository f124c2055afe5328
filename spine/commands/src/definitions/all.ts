import type { AnyCommandDefinition } from "../definition.ts";
import { raiseInvoice } from "./billing/raise-invoice.ts";
import { submitOrder } from "./orders/submit-order.ts";
import { releaseOrder } from "./shipments/release-order.ts";

/** Every command of the system; a new one is added here. */
export const allCommands: readonly AnyCommandDefinition[] = [
  submitOrder,
  releaseOrder,
  raiseInvoice,
];
