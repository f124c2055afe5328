/**
 * What kind of trouble keeps a command from being done: whether it is tried again by itself, how
 * patiently, and whether a person has to act.
 * - `TECHNICAL` the source, or the way to it, does not work
 * - `RATE_LIMIT` it takes no more calls for now
 * - `BUSINESS_RULE` the business said no: never tried again by itself
 * - `MASTER_DATA` the source lacks a record, or keeps it blocked: a person repairs it there, then retries
 * - `UNKNOWN_OUTCOME` a write was sent and its answer was lost: looked up before it is sent again
 */
export const ERROR_CLASSES = [
  "TECHNICAL",
  "RATE_LIMIT",
  "BUSINESS_RULE",
  "MASTER_DATA",
  "UNKNOWN_OUTCOME",
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];
