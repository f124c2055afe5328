import type { DocumentNode, GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";

/** A document that was read, and found valid for a schema. */
export type KnownDocument = {
  readonly document: DocumentNode;
  /** SHA-256 of the text, in lower-case hexadecimal. */
  readonly queryHash: string;
};

/** The documents that need not be read again, for each schema that they are valid for. */
export interface KnownDocuments {
  get(schema: GraphQLSchema, text: string): KnownDocument | undefined;
  /** Keeps it as long as there is room, and the schema is served. */
  remember(schema: GraphQLSchema, text: string, known: KnownDocument): void;
}

/** Of the documents of one schema, written as JSON; the least recently used are dropped first. */
const MAX_KEPT_BYTES = 30 * 1024 * 1024;

/**
 * In memory, by the text itself: whoever sends another text has another document, and a text that comes from a manifest
 * is found without its characters being looked at again.
 */
export function createKnownDocuments(maxBytes = MAX_KEPT_BYTES): KnownDocuments {
  const ofSchemas = new WeakMap<GraphQLSchema, LRUCache<string, KnownDocument>>();

  function ofSchema(schema: GraphQLSchema): LRUCache<string, KnownDocument> {
    const known = ofSchemas.get(schema);
    if (known !== undefined) return known;
    const fresh = new LRUCache<string, KnownDocument>({
      maxSize: maxBytes,
      sizeCalculation: ({ document }, text) =>
        Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(document)),
    });
    ofSchemas.set(schema, fresh);
    return fresh;
  }

  return {
    get: (schema, text) => ofSchemas.get(schema)?.get(text),
    remember: (schema, text, known) => {
      const documents = ofSchema(schema);
      if (!documents.has(text)) documents.set(text, known);
    },
  };
}
