import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { StackAddress } from "./ask-stack.ts";

/** The stack gives up on looking at a supergraph before that. */
const TIMEOUT_MS = 90_000;

const inspection = z.object({
  version: z.string(),
  problems: z.array(z.string()),
  weakened: z.array(z.string()),
  broken: z.array(
    z.object({
      query: z.string(),
      operationName: z.string().nullable(),
      running: z.number().int(),
      reasons: z.array(z.string()),
    }),
  ),
});
type Inspection = z.output<typeof inspection>;

const report = z.object({
  version: z.string(),
  outcome: z.enum(["served", "unchanged"]),
  weakened: z.array(z.string()),
  subscriptions: z.object({
    kept: z.number().int(),
    reopened: z.number().int(),
    ended: z.number().int(),
  }),
});

/** What the running stack would make of a supergraph's file. @throws {Error} nobody answers, or refuses to */
export function checkSupergraph(address: StackAddress, file: string): Promise<Inspection> {
  return send(address, "/supergraph/check", file, inspection);
}

/** @returns whether nothing that runs would notice */
export function breaksNothing({ problems, broken }: Inspection): boolean {
  return problems.length === 0 && broken.length === 0;
}

export function explainInspection(found: Inspection): string {
  const { version, problems, weakened, broken } = found;
  const lines = [
    ...problems.map((problem) => `refused: ${problem}`),
    ...broken.map(
      ({ operationName, query, running, reasons }) =>
        `would end ${String(running)} of ${operationName ?? firstLineOf(query)}: ${reasons.join(" ")}`,
    ),
    ...weakened.map((change) => `guards less: ${change}`),
  ];
  return lines.length === 0
    ? `supergraph ${version} breaks nothing`
    : [`supergraph ${version}:`, ...lines].join("\n");
}

/** Has the running stack serve a supergraph's file. @throws {Error} saying why it does not */
export async function reloadSupergraph(address: StackAddress, file: string): Promise<string> {
  const { version, outcome, weakened, subscriptions } = await send(
    address,
    "/supergraph",
    file,
    report,
  );
  if (outcome === "unchanged") return `supergraph ${version} is served already`;
  const { kept, reopened, ended } = subscriptions;
  return [
    `supergraph ${version} is served; subscriptions: ${String(kept)} go on, ${String(reopened)} go on from their cursor, ${String(ended)} end`,
    ...weakened.map((change) => `guards less: ${change}`),
  ].join("\n");
}

async function send<Answer>(
  { url, token }: StackAddress,
  path: string,
  file: string,
  shape: z.ZodType<Answer>,
): Promise<Answer> {
  const supergraphSdl = await readFile(file, "utf8").catch(() => {
    throw new Error(`${file} cannot be read.`);
  });
  const response = await fetch(new URL(path, url), {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ supergraphSdl }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Error(`${url} does not answer: is the stack running?`, { cause: error });
  });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return shape.parse(body);
  const refusal = z.object({ message: z.string() }).safeParse(body);
  throw new Error(refusal.data?.message ?? `${url} answered ${String(response.status)}`);
}

function firstLineOf(query: string): string {
  return query.trim().split("\n", 1)[0] ?? query;
}
