import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const ID_BYTES = 8;
/** 256 bits by chance: no table and no patience finds them from a hash. */
const SECRET_BYTES = 32;
/** What tells a key of ours from any other secret, for us and for those who look for leaked ones. */
export const API_KEY_PREFIX = "cdk_";
const API_KEY = /^cdk_([0-9a-f]{16})_([\w-]{43})$/;

export type ApiKeyParts = { readonly id: string; readonly secret: string };

/** @returns a new key and what is kept of it; `text` is shown once */
export function makeApiKey(): {
  readonly id: string;
  readonly text: string;
  readonly hash: Buffer;
} {
  const id = randomBytes(ID_BYTES).toString("hex");
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  return { id, text: `${API_KEY_PREFIX}${id}_${secret}`, hash: hashOf(secret) };
}

/** @returns `null` for what is no key of ours, whoever made it */
export function parseApiKey(text: string): ApiKeyParts | null {
  const [, id, secret] = API_KEY.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

/** Whether it is the secret of that hash, in the same time wherever they differ. */
export function isSecretOf(hash: Buffer, secret: string): boolean {
  return timingSafeEqual(hash, hashOf(secret));
}

/**
 * A slow hash would protect secrets that people think up; of these there are 2^256, and a slow one would cost
 * each request what it costs a thief.
 */
function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
