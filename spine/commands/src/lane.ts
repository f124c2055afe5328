/** Which system a command goes to: one queue each, so that a slow one holds nobody else up. */
export const LANES = ["erp", "wms", "finance", "tax", "carrier"] as const;
export type Lane = (typeof LANES)[number];

/** Of commands that are done in our own ledger as they are accepted: they wait in no queue. */
export const NO_LANE = "ledger";
/** Of commands that wait for a decision: nobody works on them until they are let go into their own lane. */
export const HELD_LANE = "held";
export type CommandLane = Lane | typeof NO_LANE | typeof HELD_LANE;
