import { diag, DiagLogLevel } from "@opentelemetry/api";
import { setGlobalErrorHandler } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import type { Sampler } from "@opentelemetry/sdk-trace-base";
import type { Logger } from "./logger.ts";
import { traceWith } from "./tracing.ts";

export type TelemetryOptions = {
  /** Where spans are posted as OTLP over HTTP, with its path: `http://collector:4318/v1/traces`. */
  readonly tracesUrl: string;
  /** As it shows in the collector. */
  readonly serviceName: string;
  readonly serviceVersion: string;
  /** 0 to 1: of all traces, by their id. */
  readonly samplingRatio: number;
  /** Whether calls to sources name the trace. */
  readonly tellsSources: boolean;
  readonly logger: Logger;
};

export interface Telemetry {
  /** Sends what waits, for `FLUSH_MS` at most, and makes no more spans. */
  stop(): Promise<void>;
}

/** More than this is dropped, and the log says so. */
const MAX_WAITING_SPANS = 4_096;
const MAX_SPANS_PER_EXPORT = 512;
const EXPORT_EVERY_MS = 1_000;
const EXPORT_TIMEOUT_MS = 5_000;
const FLUSH_MS = 3_000;
const MAX_ATTRIBUTE_CHARACTERS = 256;
/** A collector that is away is told of once in so long. */
const TROUBLE_EVERY_MS = 60_000;

/**
 * Makes this process trace, and send its spans in batches to a collector. A collector that is away or slow costs spans
 * and nothing else. There is one for all of a process.
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const { tracesUrl, serviceName, serviceVersion, samplingRatio, tellsSources } = options;
  const tell = reportTo(options.logger);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      "service.name": serviceName,
      "service.version": serviceVersion,
    }),
    sampler: samplerOf(samplingRatio),
    spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_CHARACTERS },
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({ url: tracesUrl, timeoutMillis: EXPORT_TIMEOUT_MS }),
        {
          maxQueueSize: MAX_WAITING_SPANS,
          maxExportBatchSize: MAX_SPANS_PER_EXPORT,
          scheduledDelayMillis: EXPORT_EVERY_MS,
          exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        },
      ),
    ],
  });
  traceWith(provider.getTracer("crossdock"), { tellsSources });
  return {
    async stop() {
      traceWith(null, { tellsSources: false });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, FLUSH_MS);
      });
      await Promise.race([provider.shutdown().catch(tell), late]);
      clearTimeout(timer);
    },
  };
}

/**
 * By the id of the trace, so that every process and every later part of it decides the same. Whoever asks may keep a
 * trace from being sampled, and cannot have it sampled: who can call us does not fill the collector.
 */
function samplerOf(ratio: number): Sampler {
  const byId = new TraceIdRatioBasedSampler(ratio);
  return new ParentBasedSampler({
    root: byId,
    remoteParentSampled: byId,
    remoteParentNotSampled: new AlwaysOffSampler(),
  });
}

/** @returns says that spans were lost, and why */
function reportTo(logger: Logger): (reason: unknown) => void {
  let toldAtMs = -Infinity;
  const tell = (reason: unknown) => {
    const nowMs = performance.now();
    if (nowMs - toldAtMs < TROUBLE_EVERY_MS) return;
    toldAtMs = nowMs;
    const text = reason instanceof Error ? reason.message : String(reason);
    logger.warn({ reason: text }, "spans were not delivered to the collector");
  };
  const quiet = () => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  setGlobalErrorHandler(tell);
  return tell;
}
