import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Which source files make events of a type and which read them. */
export type Usage = {
  readonly makers: readonly string[];
  readonly readers: readonly string[];
};

/** Rooms whose code is what runs; the definitions themselves are in none of these. */
const ROOMS = [
  "app",
  "gateway",
  "ingest",
  "sources",
  "spine/commands",
  "spine/measures",
  "spine/processes",
  "spine/reads",
  "spine/webhooks",
  "subgraphs",
  "worker",
];
const NOT_CODE = new Set(["node_modules", "dist", "generated", "testing"]);

/**
 * Looks for `<event>.create(` and for `<event>.is`, `.parse` and `.type`, where `<event>` is what the type's name
 * ends with: definitions are named after their types.
 * @param root of the repository
 * @returns by type; paths from the root, in order of the alphabet
 */
export function scanSources(root: string, types: readonly string[]): ReadonlyMap<string, Usage> {
  const files = ROOMS.flatMap((room) => codeBelow(join(root, room))).map((path) => ({
    name: relative(root, path),
    text: readFileSync(path, "utf8"),
  }));
  const having = (pattern: RegExp) =>
    files
      .filter(({ text }) => pattern.test(text))
      .map(({ name }) => name)
      .sort();
  return new Map(
    types.map((type) => {
      const event = type.slice(type.indexOf(".") + 1);
      const makers = having(new RegExp(`(?<![.\\w])${event}\\.create\\(`));
      const readers = having(new RegExp(`(?<![.\\w])${event}\\.(is|parse|type)\\b`));
      return [type, { makers, readers }];
    }),
  );
}

function codeBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_CODE.has(entry.name) ? [] : codeBelow(path);
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}
