import { run as runAccept } from "./accept.ts";
import { placesOf } from "./bench-store.ts";
import { run as runExecute } from "./execute.ts";
import { run as runMemory } from "./memory.ts";
import { renderSection, type Section } from "../kit/section.ts";
import type { BenchPlace } from "./bench-store.ts";

/**
 * `npm run bench:commands [-- part …]`: what the command path gives on this machine, over the embedded
 * store, and over PostgreSQL and Redis where `DATABASE_URL` and `REDIS_URL` name servers for it.
 */
const parts: Readonly<Record<string, (places: readonly BenchPlace[]) => Promise<Section>>> = {
  accept: runAccept,
  execute: runExecute,
  memory: runMemory,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  throw new Error(
    `No such part: ${unknown.join(", ")}. There are: ${Object.keys(parts).join(", ")}.`,
  );
}
for (const [name, run] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stdout.write(`${renderSection(await run(placesOf(process.env)))}\n`);
}
process.exit(0);
