import { createHash } from "node:crypto";

const VERSION_CHARACTERS = 12;

/**
 * Names a supergraph by its text, the same in every process.
 * @returns the beginning of the SHA-256, in hexadecimal
 */
export function versionOf(supergraphSdl: string): string {
  return createHash("sha256").update(supergraphSdl).digest("hex").slice(0, VERSION_CHARACTERS);
}
