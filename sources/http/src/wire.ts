import type { Readable } from "node:stream";

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** @throws {RangeError} when the body is longer than `maxBytes`; the rest is not read */
export async function readBody(body: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      body.destroy();
      throw new RangeError(`answer is longer than ${String(maxBytes)} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** How long a source asks us to wait: `Retry-After` in seconds or as a date, or ShipBob's own header. */
export function retryAfterMs(headers: Headers): number | null {
  const raw = headers["retry-after"] ?? headers["x-retry-after"];
  const value = Array.isArray(raw) ? raw[0] : raw;
  if (value === undefined) return null;
  const seconds = Number(value);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(waitMs) ? Math.max(waitMs, 0) : null;
}

/** A header that is a count; `null` when it is not there or none. */
export function headerCount(headers: Headers, name: string): number | null {
  const raw = headers[name];
  const value = Array.isArray(raw) ? raw[0] : raw;
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
}

const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether no byte of the request can have reached the source. */
export function wasNeverSent(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && NEVER_SENT.has(code);
}
