import { createHash } from "node:crypto";
import { Kind, parse, print, stripIgnoredCharacters } from "graphql";
import type { DefinitionNode } from "graphql";
import { LRUCache } from "lru-cache";
import type { ManifestOperation } from "./persisted-operations.ts";

/** The operations that a client may run, by id and by text. */
export type Safelist = {
  /** @returns the text; nothing when the client has no such operation */
  readonly textOf: (id: string) => string | undefined;
  /** @returns whether the text is one of them, however it is laid out and in whatever order its parts come */
  readonly has: (text: string) => boolean;
};

/** Bytes of one operation of a manifest: what is longer is in none, and is not read to find that out. */
export const MAX_OPERATION_BYTES = 64 * 1024;
/** Lexical tokens of one. */
export const MAX_OPERATION_TOKENS = 5_000;
/** Texts whose judgement is kept, for each client. */
const MAX_KEPT_TEXTS = 1_000;

/** @param operations each id once */
export function createSafelist(operations: readonly ManifestOperation[]): Safelist {
  const texts = new Map(operations.map(({ id, body }) => [id, body]));
  const known = new Set(operations.map(({ body }) => normalized(body)));
  known.delete(null);
  const judged = new LRUCache<string, boolean>({ max: MAX_KEPT_TEXTS });

  return {
    textOf: (id) => texts.get(id),
    has: (text) => {
      if (known.size === 0 || Buffer.byteLength(text) > MAX_OPERATION_BYTES) return false;
      const key = sha256Of(text);
      const before = judged.get(key);
      if (before !== undefined) return before;
      const isKnown = known.has(normalized(text));
      judged.set(key, isKnown);
      return isKnown;
    },
  };
}

/** Of a text's UTF-8, in lower-case hexadecimal: what Apollo's automatic persisted queries go by. */
export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** @returns the same for texts that mean the same and differ in layout only; `null` for what is no GraphQL */
function normalized(text: string): string | null {
  try {
    const document = parse(text, { noLocation: true, maxTokens: MAX_OPERATION_TOKENS });
    const parts = document.definitions.map((part) => ({ name: nameOf(part), text: print(part) }));
    parts.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
    return stripIgnoredCharacters(parts.map((part) => part.text).join("\n"));
  } catch {
    return null;
  }
}

function nameOf(definition: DefinitionNode): string {
  const isOperation = definition.kind === Kind.OPERATION_DEFINITION;
  const name = "name" in definition ? (definition.name?.value ?? "") : "";
  return `${isOperation ? "0" : "1"} ${name}`;
}
