import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CompositionError, composeSupergraph, readSubgraphs } from "./compose.ts";

/**
 * `npm run compose` writes supergraph.graphql from supergraph.yaml. With `--check` it writes nothing
 * and exits with 1 when the file is not what would be written.
 */
const root = fileURLToPath(new URL("../../../", import.meta.url));
const target = `${root}supergraph.graphql`;

try {
  const composed = composeSupergraph(await readSubgraphs(`${root}supergraph.yaml`));
  const isCurrent = composed === (await readFile(target, "utf8").catch(() => null));
  if (!process.argv.includes("--check")) {
    if (!isCurrent) await writeFile(target, composed);
    process.stdout.write(`supergraph.graphql is ${isCurrent ? "unchanged" : "written"}.\n`);
  } else if (!isCurrent) {
    process.stderr.write(
      "supergraph.graphql is not what the subgraphs' schemas compose to: run `npm run compose`.\n",
    );
    process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof CompositionError)) throw error;
  process.stderr.write(`The subgraphs do not compose:\n${error.message}\n`);
  process.exitCode = 1;
}
