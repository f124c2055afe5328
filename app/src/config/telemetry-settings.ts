import { z } from "zod";

/** `operations.telemetry`: what this program tells of itself. The standard's variables of the environment come first. */
export const telemetrySettings = z
  .strictObject({
    /** A collector's OTLP/HTTP address, `http://collector:4318`; nothing is traced where there is none. */
    otlpEndpoint: z.url({ protocol: /^https?$/ }).optional(),
    /** 0 to 1: of all traces. */
    samplingRatio: z.number().min(0).max(1).default(1),
    /** Whether calls to sources carry a `traceparent`: for sources that are one's own. */
    propagateToSources: z.boolean().default(false),
  })
  .prefault({});

export type TelemetrySettings = z.output<typeof telemetrySettings>;
