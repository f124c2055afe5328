import { once } from "node:events";
import { createInterface } from "node:readline";
import { Readable, type Writable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { z } from "zod";
import type { StackAddress } from "./ask-stack.ts";

export const ACCESS_FORMATS = ["ndjson", "csv"] as const;
export type AccessFormat = (typeof ACCESS_FORMATS)[number];

export type AccessChoice = {
  /** Inclusive; an instant, e.g. `2026-11-21T08:00:00Z`. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  readonly client?: string;
  readonly subject?: string;
};

const COLUMNS = [
  "sequence",
  "at",
  "clientId",
  "viewerId",
  "role",
  "access",
  "operation",
  "outcome",
  "subjects",
  "correlationId",
  "dropped",
] as const;
const row = z.object({
  sequence: z.string(),
  at: z.string(),
  clientId: z.string(),
  viewerId: z.string(),
  role: z.string(),
  access: z.string(),
  operation: z.string(),
  outcome: z.string(),
  subjects: z.array(z.string()),
  correlationId: z.string(),
  dropped: z.number().int(),
});

/** However many rows there are, the first comes soon. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Writes who read or changed what, as the running stack has it, a line for each request; of a CSV the first names the columns,
 * and subjects are parted by blanks.
 * @throws {Error} when nobody answers at the address, when it refuses, or when its answer breaks off
 */
export async function exportAccesses(
  { url, token }: StackAddress,
  choice: AccessChoice,
  { format, to }: { readonly format: AccessFormat; readonly to: Writable },
): Promise<void> {
  const response = await ask(url, token, choice);
  const write = async (line: string) => {
    if (!to.write(`${line}\n`)) await once(to, "drain");
  };
  if (format === "csv") await write(COLUMNS.join(","));
  const lines = createInterface({ input: Readable.fromWeb(response), crlfDelay: Infinity });
  for await (const line of lines) await write(format === "csv" ? csvOf(line) : line);
}

async function ask(url: string, token: string, choice: AccessChoice): Promise<ReadableStream> {
  const asked = new URL("/accesses", url);
  for (const [name, value] of Object.entries(choice)) asked.searchParams.set(name, value);
  const waiting = new AbortController();
  const timer = setTimeout(() => {
    waiting.abort();
  }, ANSWER_TIMEOUT_MS);
  try {
    const response = await fetch(asked, {
      headers: { authorization: `Bearer ${token}` },
      signal: waiting.signal,
    });
    if (response.ok && response.body !== null) return response.body;
    const said = z.object({ message: z.string() }).safeParse(await response.json());
    throw new Error(said.data?.message ?? `The stack answers ${String(response.status)}.`);
  } catch (error) {
    if (!(error instanceof TypeError) && !waiting.signal.aborted) throw error;
    throw new Error(`Nobody answers at ${url}.`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function csvOf(line: string): string {
  const told = row.parse(JSON.parse(line));
  return COLUMNS.map((column) => {
    const value = told[column];
    return cellOf(Array.isArray(value) ? value.join(" ") : String(value));
  }).join(",");
}

/** Clients choose the names of their operations: none may be a formula of who opens the file. */
function cellOf(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
