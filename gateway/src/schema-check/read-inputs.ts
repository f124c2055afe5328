import { execFile } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { composeSupergraph, readSubgraphs } from "../composition/compose.ts";
import { parseGlossary, type Glossary } from "./glossary.ts";
import { parseKnownUse, type KnownUse, type PromotedOperation } from "./known-use.ts";

/**
 * The text of a supergraph: of a supergraph.graphql, composed from a supergraph.yaml, or from the one of these that a
 * folder has.
 * @throws {CompositionError} the subgraphs do not make one graph
 * @throws {Error} it cannot be read
 */
export async function readSupergraph(path: string): Promise<string> {
  if (path.endsWith(".yaml")) return composeSupergraph(await readSubgraphs(path));
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return readText(path);
  const config = join(path, "supergraph.yaml");
  return (await exists(config))
    ? readSupergraph(config)
    : readText(join(path, "supergraph.graphql"));
}

/**
 * What a schema is compared with: a file or folder as `readSupergraph` takes it, or else the supergraph.graphql of a
 * git revision.
 * @throws {Error} it is none of these
 */
export async function readBaseline(pathOrRevision: string, root: string): Promise<string> {
  if (await exists(pathOrRevision)) return readSupergraph(pathOrRevision);
  try {
    const file = `${pathOrRevision}:./supergraph.graphql`;
    const options = { cwd: root, maxBuffer: MAX_SUPERGRAPH_BYTES };
    return (await run("git", ["show", "--end-of-options", file], options)).stdout;
  } catch {
    throw new Error(
      `${pathOrRevision} is no file or folder, and no git revision that has a supergraph.graphql.`,
    );
  }
}

const run = promisify(execFile);
const MAX_SUPERGRAPH_BYTES = 64 * 1024 * 1024;

/** @throws {Error} it is missing, or does not have the shape of one */
export async function readGlossary(file: string): Promise<Glossary> {
  const text = await readText(file);
  try {
    return parseGlossary(parseYaml(text));
  } catch (error) {
    throw new Error(`${file} is not a glossary: ${messageOf(error)}`, { cause: error });
  }
}

/** What `ctl schema pull` wrote. @throws {Error} it is missing, or something else */
export async function readKnownUse(file: string): Promise<KnownUse> {
  const text = await readText(file);
  try {
    return parseKnownUse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} does not say what is in use: ${messageOf(error)}`, { cause: error });
  }
}

/** Files of one folder; more of them is a mistake in the path. */
const MAX_MANIFESTS = 1_000;

/**
 * Apollo persisted-query manifests as if they were promoted: `<client id>.json`, or any number of them in a folder of the
 * client's id.
 * @throws {Error} one does not read, with its path
 */
export async function readManifests(folder: string): Promise<readonly PromotedOperation[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new Error(`${folder} is no folder that can be read.`);
  });
  const files = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) return [{ clientId: basename(path, ".json"), path }];
      const names = await readdir(path);
      return names.map((name) => ({ clientId: entry.name, path: join(path, name) }));
    }),
  );
  const manifests = files.flat().filter(({ path }) => path.endsWith(".json"));
  if (manifests.length > MAX_MANIFESTS) {
    throw new Error(`${folder} has more than ${String(MAX_MANIFESTS)} manifests.`);
  }
  return (await Promise.all(manifests.map(readManifest))).flat();
}

async function readManifest(file: { readonly clientId: string; readonly path: string }) {
  const { clientId, path } = file;
  try {
    const { operations } = manifest.parse(JSON.parse(await readText(path)));
    return operations.map(({ name, body }) => ({ clientId, audience: null, name, body }));
  } catch (error) {
    throw new Error(`${path} is not a manifest: ${messageOf(error)}`, { cause: error });
  }
}

const manifest = z.object({
  format: z.literal("apollo-persisted-query-manifest"),
  version: z.literal(1),
  operations: z.array(z.object({ name: z.string(), body: z.string() })),
});

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => {
    throw new Error(`${file} cannot be read.`);
  });
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}
