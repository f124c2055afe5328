import { stableGuid } from "../../world/generate-world.ts";

/** Ids of seeded records: the same at every start. */
export const customerId = (number: string) => stableGuid("erp", "customer", number);
export const itemId = (sku: string) => stableGuid("erp", "item", sku);
export const unitId = (code: string) => stableGuid("erp", "unit", code);
export const locationId = (code: string) => stableGuid("erp", "location", code);
export const termsId = (days: number) => stableGuid("erp", "terms", String(days));
export const orderId = (number: string) => stableGuid("erp", "order", number);
export const shipmentId = (number: string) => stableGuid("erp", "shipment", number);
export const lineId = (documentId: string, sequence: number) =>
  stableGuid("erp", "line", documentId, String(sequence));
