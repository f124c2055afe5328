/** Which system a command goes to: one queue each, so that a slow one holds nobody else up. */
export const LANES = ["erp", "wms", "finance"] as const;
export type Lane = (typeof LANES)[number];
