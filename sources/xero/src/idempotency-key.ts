import { createHash } from "node:crypto";

const MAX_KEY_CHARACTERS = 128;

/** A key that is too long is replaced by its digest: as unique, and always the same. */
export function fitKey(key: string): string {
  if (key.length <= MAX_KEY_CHARACTERS) return key;
  return createHash("sha256").update(key).digest("hex");
}
