import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkSchema } from "./check-schema.ts";
import { explainCheck } from "./explain-check.ts";
import { NOTHING_KNOWN, type KnownUse } from "./known-use.ts";
import {
  exists,
  readBaseline,
  readGlossary,
  readKnownUse,
  readManifests,
  readSupergraph,
} from "./read-inputs.ts";
import { releasedSchemaOf } from "./released-schema.ts";

/**
 * `npm run schema:check` looks at the subgraphs' schemas as they are in this folder: whether they compose, keep to the
 * rules, and break anybody who is known. Exits with 0 when they may be served, with 1 when not, and with 2 when it was
 * asked for something that cannot be read.
 *
 *   --against <path or git revision>  in place of the last release
 *   --manifests <folder>              Apollo manifests that count as promoted, <client id>.json each
 *   --in-use <file>                   what `ctl schema pull` wrote; schema/in-use.json when there is one
 *   --json                            for programs
 *   --release                         keeps the schema as released, when it is fit to be
 */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const RELEASED = `${ROOT}schema/released.graphql`;
const IN_USE = `${ROOT}schema/in-use.json`;
const CANNOT_READ = 2;

try {
  const { values: flags } = parseArgs({
    options: {
      against: { type: "string" },
      manifests: { type: "string" },
      "in-use": { type: "string" },
      json: { type: "boolean", default: false },
      release: { type: "boolean", default: false },
    },
  });
  const compose = () => readSupergraph(`${ROOT}supergraph.yaml`);
  const check = await checkSchema({
    compose,
    glossary: await readGlossary(`${ROOT}schema/glossary.yaml`),
    before: await baselineOf(flags.against),
    use: await useOf(flags["in-use"], flags.manifests),
  });
  process.stdout.write(`${flags.json ? JSON.stringify(check, null, 2) : explainCheck(check)}\n`);
  if (!check.isOk) process.exitCode = 1;
  if (flags.release && check.isOk) {
    await mkdir(dirname(RELEASED), { recursive: true });
    await writeFile(RELEASED, releasedSchemaOf(await compose()));
    process.stdout.write("schema/released.graphql is written.\n");
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = CANNOT_READ;
}

async function baselineOf(against: string | undefined) {
  if (against !== undefined) {
    return { name: against, supergraphSdl: await readBaseline(against, ROOT) };
  }
  if (!(await exists(RELEASED))) return null;
  return { name: "schema/released.graphql", supergraphSdl: await readSupergraph(RELEASED) };
}

async function useOf(inUse: string | undefined, manifests: string | undefined): Promise<KnownUse> {
  const isThere = inUse !== undefined || (await exists(IN_USE));
  const known = isThere ? await readKnownUse(inUse ?? IN_USE) : NOTHING_KNOWN;
  const promoted = manifests === undefined ? [] : await readManifests(manifests);
  return { ...known, promoted: [...known.promoted, ...promoted] };
}
