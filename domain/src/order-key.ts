import type { OrderKey } from "./identifiers.ts";

/** Crockford base 32: no I, L, O, U, so that a key can be read out over the telephone. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const KEY_LENGTH = 10;

/**
 * Names a new order: ten characters, 50 bits of chance. Among a million orders two share a key with
 * a probability of one in two thousand; the order book's primary key then refuses the second.
 * @param randomBytes as many unpredictable bytes as asked, e.g. `crypto.randomBytes`
 */
export function mintOrderKey(randomBytes: (count: number) => Uint8Array): OrderKey {
  return Array.from(randomBytes(KEY_LENGTH), (byte) => ALPHABET.charAt(byte % 32)).join(
    "",
  ) as OrderKey;
}
