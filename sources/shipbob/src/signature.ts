import { createHmac, timingSafeEqual } from "node:crypto";

/** Standard Webhooks: what the sender signs, and how old a message may be. */
export const TOLERANCE_SECONDS = 5 * 60;
const SECRET_PREFIX = "whsec_";
const VERSION = "v1";

export type SignedMessage = {
  readonly messageId: string;
  /** Unix seconds, as the header gives them. */
  readonly timestamp: string;
  /** One or more `v1,{base64}`, separated by spaces: several while a secret is being changed. */
  readonly signatures: string;
  readonly rawBody: Buffer;
};

export type Verdict = "good" | "bad-signature" | "stale";

/**
 * @param secret base64, with or without `whsec_`
 * @throws {Error} when the secret is empty: every message would verify under a known key
 */
export function createVerifier(secret: string): (message: SignedMessage, nowMs: number) => Verdict {
  const encoded = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret;
  const key = Buffer.from(encoded, "base64");
  if (key.length === 0) throw new Error("The webhook secret is empty or not base64.");

  return ({ messageId, timestamp, signatures, rawBody }, nowMs) => {
    const expected = createHmac("sha256", key)
      .update(`${messageId}.${timestamp}.`)
      .update(rawBody)
      .digest();
    const isSigned = signatures.split(" ").some((signature) => {
      const [version, given = ""] = signature.split(",", 2);
      const mac = Buffer.from(given, "base64");
      return (
        version === VERSION && mac.length === expected.length && timingSafeEqual(mac, expected)
      );
    });
    if (!isSigned) return "bad-signature";
    const ageSeconds = Math.abs(nowMs / 1_000 - Number(timestamp));
    return ageSeconds <= TOLERANCE_SECONDS ? "good" : "stale";
  };
}
