import { createLogger } from "../logger.ts";
import { startTelemetry } from "../telemetry.ts";
import { inTrace } from "../tracing.ts";

/**
 * A program that does so many things for somebody and ends: `traced-program.ts URL RATIO TRACEPARENT COUNT`. Its log is
 * on standard error.
 */
const [tracesUrl = "", ratio, traceparent = "", count] = process.argv.slice(2);
const work = (name: string) =>
  inTrace(
    { correlationId: "c1", traceparent: traceparent === "" ? null : traceparent },
    () => ({ name }),
    () => Promise.resolve(),
  );

const telemetry = startTelemetry({
  tracesUrl,
  serviceName: "a-program",
  serviceVersion: "1",
  samplingRatio: Number(ratio),
  tellsSources: false,
  logger: createLogger({ name: "test", level: "info" }),
});
for (let at = 0; at < Number(count); at += 1) await work("a-thing");
await telemetry.stop();
await work("too-late");
