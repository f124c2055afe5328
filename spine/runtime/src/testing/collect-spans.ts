import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { traceWith } from "../tracing.ts";

export type CollectedSpan = {
  readonly name: string;
  readonly traceId: string;
  readonly id: string;
  /** `null` of the first of a trace. */
  readonly parent: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly hasFailed: boolean;
};

/** Makes a test trace. */
export interface SpanCollection {
  /** Those that ended, in that order. */
  spans(): readonly CollectedSpan[];
  /** Nothing is traced any more. */
  stop(): void;
}

const FAILED = 2;

export function collectSpans(options: { readonly tellsSources?: boolean } = {}): SpanCollection {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  traceWith(provider.getTracer("test"), { tellsSources: options.tellsSources ?? false });
  return {
    spans: () =>
      exporter.getFinishedSpans().map((span) => ({
        name: span.name,
        traceId: span.spanContext().traceId,
        id: span.spanContext().spanId,
        parent: span.parentSpanContext?.spanId ?? null,
        attributes: span.attributes,
        hasFailed: span.status.code === FAILED,
      })),
    stop: () => {
      traceWith(null, { tellsSources: false });
    },
  };
}
