import { constants, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { syncDirectory, syncFile } from "./durable-node-fs.ts";

/**
 * An initialised cluster without a row of ours, made by `npm run build`. Copying it takes a tenth of
 * the three to six seconds that initdb takes in WebAssembly; without it a first start is just slower.
 */
export const EMPTY_CLUSTER = fileURLToPath(new URL("../../dist/empty-cluster", import.meta.url));

/**
 * Makes the cluster's directory when there is none. It gets its name when it is whole and on disk, so
 * that a process killed half-way leaves nothing that looks like a cluster.
 */
export async function prepareCluster(
  directory: string,
  emptyCluster = EMPTY_CLUSTER,
): Promise<void> {
  if (existsSync(directory)) return;
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(directory), { recursive: true });
  if (existsSync(emptyCluster)) {
    cpSync(emptyCluster, unfinished, { recursive: true, mode: constants.COPYFILE_FICLONE });
  } else {
    await initialise(unfinished);
  }
  syncTree(unfinished);
  renameSync(unfinished, directory);
  syncDirectory(dirname(directory));
}

async function initialise(directory: string): Promise<void> {
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
