import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as a collector gets it. */
export type SunkSpan = {
  readonly traceId: string;
  readonly id: string;
  /** `null` of the first span of a trace. */
  readonly parentId: string | null;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly hasFailed: boolean;
};

/** A collector: takes OTLP over HTTP as JSON, and keeps what it gets. */
export interface OtlpSink extends AsyncDisposable {
  /** What the program posts to, without the path. */
  readonly url: string;
  /** Of one trace, in the order of their beginning; of all when none is named. */
  spans(traceId?: string): readonly SunkSpan[];
  /** All that came, as it came. */
  text(): string;
}

export async function openOtlpSink(): Promise<OtlpSink> {
  const spans: SunkSpan[] = [];
  let text = "";
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const isTraces = request.url === "/v1/traces" && request.method === "POST";
      if (isTraces) {
        text += body;
        spans.push(...spansOf(JSON.parse(body) as Exported));
      }
      response.writeHead(isTraces ? 200 : 404, { "content-type": "application/json" }).end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    spans: (traceId) =>
      spans
        .filter((span) => traceId === undefined || span.traceId === traceId)
        .sort((left, right) => left.startedAtMs - right.startedAtMs),
    text: () => text,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** What of OTLP's JSON is looked at. */
type Exported = {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[];
  }[];
};
type ExportedSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly {
    readonly key: string;
    readonly value: {
      readonly stringValue?: string;
      readonly intValue?: number | string;
      readonly doubleValue?: number;
      readonly boolValue?: boolean;
    };
  }[];
  readonly status?: { readonly code?: number };
};

const NANOS_PER_MS = 1_000_000;
const FAILED = 2;

function spansOf({ resourceSpans }: Exported): SunkSpan[] {
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map((span) => ({
      traceId: span.traceId,
      id: span.spanId,
      parentId:
        span.parentSpanId === undefined || span.parentSpanId === "" ? null : span.parentSpanId,
      name: span.name,
      attributes: Object.fromEntries(
        span.attributes.map(({ key, value }) => [
          key,
          value.stringValue ?? value.doubleValue ?? value.boolValue ?? Number(value.intValue),
        ]),
      ),
      startedAtMs: Number(span.startTimeUnixNano) / NANOS_PER_MS,
      endedAtMs: Number(span.endTimeUnixNano) / NANOS_PER_MS,
      hasFailed: span.status?.code === FAILED,
    }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}
