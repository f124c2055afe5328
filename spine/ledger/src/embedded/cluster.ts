import { createHash } from "node:crypto";
import {
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { syncDirectory, syncFile } from "./durable-node-fs.ts";

const MIGRATIONS = fileURLToPath(new URL("../migrations/", import.meta.url));
const PREPARED = fileURLToPath(new URL("../../dist/clusters/", import.meta.url));
/** As many characters as tell the migrations of two checkouts apart. */
const DIGEST_LENGTH = 16;

/**
 * The directory of a cluster that has the tables of this code and nothing in them, made by `npm run build`. Copying it
 * takes a tenth of the five to eight seconds that initdb and the migrations take in WebAssembly. It is named by the
 * migrations it has, so that one of other code is never copied: without it a first start is just slower.
 */
export function preparedCluster(): string {
  const digest = createHash("sha256");
  for (const name of readdirSync(MIGRATIONS).sort()) {
    digest.update(name).update(readFileSync(join(MIGRATIONS, name)));
  }
  return join(PREPARED, digest.digest("hex").slice(0, DIGEST_LENGTH));
}

/**
 * Makes the cluster's directory when there is none. It gets its name when it is whole and on disk, so
 * that a process killed half-way leaves nothing that looks like a cluster.
 */
export async function prepareCluster(directory: string): Promise<void> {
  if (existsSync(directory)) return;
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(directory), { recursive: true });
  const prepared = preparedCluster();
  if (existsSync(prepared)) {
    cpSync(prepared, unfinished, { recursive: true, mode: constants.COPYFILE_FICLONE });
  } else {
    await initialiseCluster(unfinished);
  }
  syncTree(unfinished);
  renameSync(unfinished, directory);
  syncDirectory(dirname(directory));
}

/** A cluster as initdb makes it, without a table of ours. @param directory not there yet */
export async function initialiseCluster(directory: string): Promise<void> {
  const database = await PGlite.create({ fs: new NodeFS(directory) });
  await database.close();
}

function syncTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
  }
  syncDirectory(directory);
}
