const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Upper bounds, in seconds, for what machines do with each other. */
export const WORK_SECONDS = [
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
  30,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
];

/** Upper bounds, in seconds, for what people and goods take part in. */
export const BUSINESS_SECONDS = [
  1,
  10,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  4 * HOUR,
  12 * HOUR,
  DAY,
  3 * DAY,
  7 * DAY,
  30 * DAY,
];
