export { carriedTrace, carryTrace } from "./carried-trace.ts";
export { createFixedClock, systemClock } from "./clock.ts";
export type { Clock, FixedClock } from "./clock.ts";
export { ConfigError, loadConfig } from "./config.ts";
export { hideCredentials } from "./hide-credentials.ts";
export { createLogger, LOG_LEVELS } from "./logger.ts";
export type { Logger, LoggerOptions, LogLevel } from "./logger.ts";
export { createMetrics } from "./metrics.ts";
export type { Metrics } from "./metrics.ts";
export { countingCalls, createReadTally, noteSourceCall } from "./read-tally.ts";
export type { ReadsTaken, ReadTally } from "./read-tally.ts";
export { createRepeating } from "./repeating.ts";
export type { Repeating } from "./repeating.ts";
export { createShutdown, ShutdownError } from "./shutdown.ts";
export type { Shutdown, ShutdownFailure } from "./shutdown.ts";
export { sleep } from "./sleep.ts";
export {
  apart,
  currentSpan,
  doing,
  inSpan,
  inTrace,
  openSpan,
  readTraceparent,
  traceHeaders,
  traceHeadersForSource,
  traceparentNow,
} from "./tracing.ts";
export type { OpenSpan, SpanDescription, Work, WorkSpan } from "./tracing.ts";
export { createUlids } from "./ulids.ts";
