import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeJwt, importJWK, SignJWT, type JWK } from "jose";
import type { Stack } from "../stack.ts";

/** Tokens that prove nothing: of somebody who would be shown everything, if they did. */
export type WorthlessTokens = {
  readonly expired: string;
  readonly wrongAudience: string;
  readonly foreignKey: string;
};

const ALGORITHM = "ES256";
const LONG_AGO_SECONDS = 3_600;

/** Signed with the stack's own key, but for the last one. */
export async function worthlessTokens(stack: Stack): Promise<WorthlessTokens> {
  const file = join(stack.settings["CROSSDOCK_DATA"] ?? "", "issuer.json");
  const jwk = JSON.parse(await readFile(file, "utf8")) as JWK;
  const key = await importJWK(jwk, ALGORITHM);
  const claims = decodeJwt(await stack.token("operator"));
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const sign = (changes: { readonly audience: string; readonly expiresAt: number }) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, kid: String(jwk.kid) })
      .setAudience(changes.audience)
      .setIssuedAt(nowSeconds - LONG_AGO_SECONDS)
      .setExpirationTime(changes.expiresAt)
      .sign(key);
  const valid = nowSeconds + LONG_AGO_SECONDS;
  const [expired, wrongAudience, sound] = await Promise.all([
    sign({ audience: "crossdock", expiresAt: nowSeconds - LONG_AGO_SECONDS / 2 }),
    sign({ audience: "somebody-else", expiresAt: valid }),
    sign({ audience: "crossdock", expiresAt: valid }),
  ]);
  // Another signature under the same words.
  const [head = "", body = ""] = sound.split(".");
  const [, , signature = ""] = expired.split(".");
  return { expired, wrongAudience, foreignKey: `${head}.${body}.${signature}` };
}
