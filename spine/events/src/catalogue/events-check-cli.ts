import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { stringify } from "yaml";
import { allEvents } from "../definitions/all.ts";
import { allConsumers } from "../definitions/consumers.ts";
import { asyncApiOf, findAsyncApiFaults } from "./async-api.ts";
import { explainCatalogue, findCatalogueFaults } from "./catalogue.ts";
import { scanSources } from "./scan-sources.ts";
import { findSchemaFaults, schemaFileOf, SCHEMAS } from "./schema-files.ts";

/**
 * `npm run events:check` lists every type of event and exits with 1 when one has no owner or two producers, when the
 * code reads events that it does not say it reads, when a schema changed without a new version, or when what is
 * generated from them is out of date. With `--write` it writes what is missing; a schema that is there already it
 * never writes over: events were recorded with it.
 */
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const ASYNC_API = "docs/asyncapi.yaml";

const writes = process.argv.includes("--write");
const catalogue = {
  definitions: allEvents,
  consumers: allConsumers,
  usage: scanSources(
    ROOT,
    allEvents.map(({ type }) => type),
  ),
};
const document = asyncApiOf(allEvents, allConsumers);
const faults = [
  ...findCatalogueFaults(catalogue),
  ...(await schemaFaults()),
  ...findAsyncApiFaults(document).map((fault) => `${ASYNC_API}: ${fault}.`),
  ...(await asyncApiFaults()),
];
process.stdout.write(`${explainCatalogue(catalogue)}\n`);
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = Math.min(faults.length, 1);

async function schemaFaults(): Promise<string[]> {
  const expected = new Map<string, string>();
  for (const { type, schemas } of allEvents) {
    for (const [version, schema] of schemas()) {
      const file = schemaFileOf(type, version);
      expected.set(file, await formatted(file, JSON.stringify(schema)));
    }
  }
  const names = readdirSync(join(ROOT, SCHEMAS)).map((name) => `${SCHEMAS}/${name}`);
  const kept = new Map(names.map((file) => [file, textOf(file) ?? ""]));
  for (const [file, text] of expected) {
    if (!writes || kept.has(file)) continue;
    writeFileSync(join(ROOT, file), text);
    kept.set(file, text);
  }
  return findSchemaFaults(expected, kept);
}

async function asyncApiFaults(): Promise<string[]> {
  const text = await formatted(ASYNC_API, stringify(document, { aliasDuplicateObjects: false }));
  if (textOf(ASYNC_API) === text) return [];
  if (!writes) return [`${ASYNC_API} is out of date: run npm run events:check -- --write.`];
  writeFileSync(join(ROOT, ASYNC_API), text);
  return [];
}

async function formatted(file: string, text: string): Promise<string> {
  const filepath = join(ROOT, file);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}

function textOf(file: string): string | null {
  const path = join(ROOT, file);
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
