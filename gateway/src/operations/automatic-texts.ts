import { LRUCache } from "lru-cache";

/** Texts that clients have sent once with their hash, so that the hash is enough from then on. */
export type AutomaticTexts = {
  readonly get: (clientId: string, sha256: string) => string | undefined;
  readonly keep: (clientId: string, sha256: string, text: string) => void;
};

/** Of all texts that are kept, the least recently used dropped first. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
/** Of one text: what is longer runs and is not kept. */
const MAX_TEXT_BYTES = 64 * 1024;

/**
 * In memory. A text that is not there is sent again by its client, once to each process: nothing has to be shared.
 * One client's hashes are unknown to another, so that nobody learns what others run.
 */
export function createAutomaticTexts(): AutomaticTexts {
  const texts = new LRUCache<string, string>({
    maxSize: MAX_KEPT_BYTES,
    maxEntrySize: MAX_TEXT_BYTES,
    sizeCalculation: (text, key) => Buffer.byteLength(text) + key.length,
  });
  const keyOf = (clientId: string, sha256: string) => `${sha256} ${clientId}`;
  return {
    get: (clientId, sha256) => texts.get(keyOf(clientId, sha256)),
    keep: (clientId, sha256, text) => {
      texts.set(keyOf(clientId, sha256), text);
    },
  };
}
