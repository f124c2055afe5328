import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import {
  checkSchema,
  parseKnownUse,
  readGlossary,
  readManifests,
  readSupergraph,
  type KnownUse,
  type SchemaCheck,
} from "@crossdock/gateway/schema-check";
import { z } from "zod";
import type { StackAddress } from "./ask-stack.ts";

const TIMEOUT_MS = 60_000;

const schemaInUse = z.object({ supergraphSdl: z.string(), use: z.unknown() });

export type SchemaInUse = { readonly supergraphSdl: string; readonly use: KnownUse };

/** What the running stack serves, and what of it is in use. @throws {Error} nobody answers, or refuses to */
export async function findSchemaInUse(
  { url, token }: StackAddress,
  days: number,
): Promise<SchemaInUse> {
  const address = new URL(`/schema/in-use?days=${String(days)}`, url);
  const response = await fetch(address, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Error(`${url} does not answer: is the stack running?`, { cause: error });
  });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) {
    const { supergraphSdl, use } = schemaInUse.parse(body);
    return { supergraphSdl, use: parseKnownUse(use) };
  }
  const refusal = z.object({ message: z.string() }).safeParse(body);
  throw new Error(refusal.data?.message ?? `${url} answered ${String(response.status)}`);
}

export type SchemaChoice = {
  /** A supergraph.yaml, a composed supergraph, or a folder with one of them. */
  readonly file: string;
  readonly glossary: string;
  readonly days: number;
  /** Apollo manifests that count as promoted beside those of the stack. */
  readonly manifests?: string | undefined;
};

/** What serving a schema would break of what the running stack serves and knows. @throws {Error} it cannot be told */
export async function checkAgainstStack(
  address: StackAddress,
  { file, glossary, days, manifests }: SchemaChoice,
): Promise<SchemaCheck> {
  const { supergraphSdl, use } = await findSchemaInUse(address, days);
  const more = manifests === undefined ? [] : await readManifests(manifests);
  return checkSchema({
    compose: () => readSupergraph(file),
    glossary: await readGlossary(glossary),
    before: { name: `what ${address.url} serves`, supergraphSdl },
    use: { ...use, promoted: [...use.promoted, ...more] },
  });
}

/** Keeps what is in use in a file, for checks where no stack is within reach. @returns a sentence about it */
export async function pullUse(address: StackAddress, file: string, days: number): Promise<string> {
  const { use } = await findSchemaInUse(address, days);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(use, null, 2)}\n`);
  return `${file}: ${String(use.promoted.length)} promoted operations, ${String(use.recorded.length)} operations used in the last ${String(days)} days`;
}
