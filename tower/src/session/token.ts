/** What a token says of itself. It is the API that verifies it: this is only read to greet, and to tell when it ends. */
export type TokenClaims = {
  readonly name: string;
  readonly expiresAtMs: number | null;
};

const MS_PER_SECOND = 1_000;

/** @returns `null` for what is no JWT: an API key, or nothing of a token */
export function readClaims(token: string): TokenClaims | null {
  const [, payload] = token.split(".");
  if (payload === undefined) return null;
  try {
    const claims = JSON.parse(decode(payload)) as Record<string, unknown>;
    const { name, sub, exp } = claims;
    return {
      name: typeof name === "string" ? name : typeof sub === "string" ? sub : "Operator",
      expiresAtMs: typeof exp === "number" ? exp * MS_PER_SECOND : null,
    };
  } catch {
    return null;
  }
}

function decode(part: string): string {
  const binary = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0)));
}
