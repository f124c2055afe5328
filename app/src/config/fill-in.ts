import { readFile } from "node:fs/promises";
import { ConfigError } from "@crossdock/runtime";

/** What a configuration is filled in from. */
export type Fillings = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([^}]*)\}/g;
const VARIABLE = /^[A-Z][A-Z0-9_]*$/;
const FILE_PREFIX = "file:";
/** A secret is shorter; a file that is longer is the wrong one. */
const MAX_FILE_CHARACTERS = 65_536;

/**
 * Replaces `${NAME}` by a variable of the environment and `${file:/path}` by what a file holds, without the line break
 * at its end, in every text of a document. It happens after parsing, so that no value can change the document's structure.
 * @param source where the document comes from, for the problems
 * @throws {ConfigError} naming every variable and file that is missing or cannot be used, never a value
 */
export async function fillIn(
  document: unknown,
  fillings: Fillings,
  source: string,
): Promise<unknown> {
  const known = new Map<string, string>();
  const problems: string[] = [];
  for (const reference of new Set(referencesIn(document))) {
    const filling = reference.startsWith(FILE_PREFIX)
      ? await readSecretFile(reference.slice(FILE_PREFIX.length), source)
      : readVariable(reference, fillings, source);
    if ("problem" in filling) problems.push(filling.problem);
    else known.set(reference, filling.value);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return mapTexts(document, (text) =>
    text.replace(REFERENCE, (_match, reference: string) => known.get(reference) ?? ""),
  );
}

type Filling = { readonly value: string } | { readonly problem: string };

function readVariable(name: string, fillings: Fillings, source: string): Filling {
  if (!VARIABLE.test(name)) {
    return { problem: `\${${name}} in ${source} is neither \${NAME} nor \${file:/path}.` };
  }
  const value = fillings[name];
  return value === undefined
    ? { problem: `${name} is not set, and ${source} asks for it.` }
    : { value };
}

async function readSecretFile(path: string, source: string): Promise<Filling> {
  try {
    const text = await readFile(path, "utf8");
    if (text.length > MAX_FILE_CHARACTERS) {
      return { problem: `The file ${path}, which ${source} asks for, is too long for a secret.` };
    }
    const value = text.replace(/\r?\n$/, "");
    return value === ""
      ? { problem: `The file ${path}, which ${source} asks for, is empty.` }
      : { value };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    return { problem: `The file ${path}, which ${source} asks for, cannot be read (${code}).` };
  }
}

function referencesIn(document: unknown): string[] {
  const found: string[] = [];
  mapTexts(document, (text) => {
    for (const [, reference = ""] of text.matchAll(REFERENCE)) found.push(reference);
    return text;
  });
  return found;
}

function mapTexts(node: unknown, change: (text: string) => string): unknown {
  if (typeof node === "string") return change(node);
  if (Array.isArray(node)) return node.map((inner) => mapTexts(inner, change));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, inner]) => [key, mapTexts(inner, change)]),
  );
}
