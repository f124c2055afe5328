import type { Logger, Shutdown } from "@crossdock/runtime";
import type { Environment } from "./config/environment.ts";
import type { TelemetrySettings } from "./config/telemetry-settings.ts";

const SERVICE = "crossdock";
const VERSION = "0.1.0";
const TRACES_PATH = "v1/traces";

/** Traces, where a collector is configured; call it first, so that it ends last. */
export async function traceWhereConfigured(
  environment: Environment,
  settings: TelemetrySettings,
  { logger, shutdown }: { readonly logger: Logger; readonly shutdown: Shutdown },
): Promise<void> {
  const tracesUrl = tracesUrlOf(environment, settings);
  if (tracesUrl === null) return;
  // Three hundred modules, which are none of a process that does not trace.
  const { startTelemetry } = await import("@crossdock/runtime/telemetry");
  const telemetry = startTelemetry({
    tracesUrl,
    serviceName: environment.OTEL_SERVICE_NAME ?? SERVICE,
    serviceVersion: VERSION,
    samplingRatio: environment.OTEL_TRACES_SAMPLER_ARG ?? settings.samplingRatio,
    tellsSources: settings.propagateToSources,
    logger,
  });
  shutdown.onStop("telemetry", () => telemetry.stop());
}

/**
 * The standard's two variables: one names the place for traces, the other the collector.
 * @returns `null` where nothing is traced
 */
export function tracesUrlOf(
  environment: Environment,
  settings: Pick<TelemetrySettings, "otlpEndpoint">,
): string | null {
  if (environment.OTEL_SDK_DISABLED === true) return null;
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: forTraces } = environment;
  if (forTraces !== undefined) return forTraces;
  const collector = environment.OTEL_EXPORTER_OTLP_ENDPOINT ?? settings.otlpEndpoint;
  return collector === undefined ? null : `${collector.replace(/\/$/, "")}/${TRACES_PATH}`;
}
