import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { licenceFault } from "./allowed-licences.ts";
import { renderLicenceList } from "./licence-list.ts";
import { productionPackages } from "./locked-packages.ts";

/**
 * `npm run licences` writes docs/licences.md and exits with 1 when a package is under a licence that is not allowed.
 * With `--check` it writes nothing, and a list that is out of date is a fault, too.
 */
const ROOT = fileURLToPath(new URL("../", import.meta.url));
const LIST = join(ROOT, "docs/licences.md");

const packages = productionPackages(await readFile(join(ROOT, "package-lock.json"), "utf8"));
const text = await format(renderLicenceList(packages), {
  ...(await resolveConfig(LIST)),
  filepath: LIST,
});
const faults = packages.map(licenceFault).filter((fault) => fault !== null);
if (process.argv.includes("--check")) {
  const kept = await readFile(LIST, "utf8").catch(() => "");
  if (kept !== text) faults.push("docs/licences.md is out of date: run npm run licences.");
} else {
  await writeFile(LIST, text);
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = Math.min(faults.length, 1);
