import { z } from "zod";

const MAX_SECONDS = 90 * 24 * 60 * 60;
const HOUR = 3_600;
const seconds = z.int().positive().max(MAX_SECONDS);

/** Seconds in a stage after which an order is late. A stage that has an end of its own, as INVOICED, is never late. */
const stages = z
  .strictObject({
    SUBMITTED: seconds.default(5 * 60),
    ON_HOLD: seconds.default(4 * HOUR),
    CONFIRMED: seconds.default(15 * 60),
    ALLOCATED: seconds.default(4 * HOUR),
    BACKORDERED: seconds.default(48 * HOUR),
    PICKING: seconds.default(4 * HOUR),
    PARTIALLY_SHIPPED: seconds.default(48 * HOUR),
    SHIPPED: seconds.default(2 * HOUR),
    DELIVERED: seconds.default(4 * HOUR),
  })
  .prefault({});

/** `operations.thresholds`: after how many seconds what waits is in the operators' work lists. */
export const thresholdSettings = z
  .strictObject({
    stages,
    /** From when an order was taken until it should be in the ERP. */
    pendingErpCreationSeconds: seconds.default(5 * 60),
    /** From when goods have left until their bill should be posted. */
    shippedNotInvoicedSeconds: seconds.default(HOUR),
    /** From when an event was recorded until everybody should have read it. */
    eventsNotConsumedSeconds: seconds.default(60),
    /** From when a shipment was heard of until subscribers should be told of it. */
    shipmentsAwaitingPortalSeconds: seconds.default(5 * 60),
    /** Past the end of the day that was promised. */
    delayedAllocationsSeconds: z.int().nonnegative().max(MAX_SECONDS).default(0),
    /** From when a command first failed, while it is tried again; what passes by itself sooner is in no list. */
    failingCommandsSeconds: seconds.default(30),
  })
  .prefault({});
