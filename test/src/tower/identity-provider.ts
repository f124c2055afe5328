import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** A company's identity provider with one person, who is always signed in: OpenID Connect, authorization code with PKCE. */
export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly jwksUrl: string;
}

export const PROVIDER_AUDIENCE = "crossdock";
const ALGORITHM = "ES256";
const KEY_ID = "first";
const TOKEN_SECONDS = 600;
const CORS = { "access-control-allow-origin": "*", "content-type": "application/json" };

/** @param claims what its access tokens say of the person, beside who that is */
export async function openIdentityProvider(
  claims: Readonly<Record<string, unknown>>,
): Promise<IdentityProvider> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const jwk = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: ALGORITHM, use: "sig" };
  /** What was asked for, by the code that was given for it. */
  const begun = new Map<string, URLSearchParams>();
  let issuer = "";
  const sign = (audience: string, said: Readonly<Record<string, unknown>>) =>
    new SignJWT(said)
      .setProtectedHeader({ alg: ALGORITHM, kid: KEY_ID })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject("kim")
      .setIssuedAt()
      .setExpirationTime(`${String(TOKEN_SECONDS)} seconds`)
      .sign(privateKey);

  async function tokensFor(form: URLSearchParams): Promise<object | null> {
    const asked = begun.get(form.get("code") ?? "");
    begun.delete(form.get("code") ?? "");
    const verifier = form.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    if (asked === undefined || asked.get("code_challenge") !== challenge) return null;
    if (asked.get("redirect_uri") !== form.get("redirect_uri")) return null;
    return {
      access_token: await sign(PROVIDER_AUDIENCE, claims),
      id_token: await sign(asked.get("client_id") ?? "", { nonce: asked.get("nonce") }),
      token_type: "Bearer",
      expires_in: TOKEN_SECONDS,
    };
  }

  async function answer(request: IncomingMessage): Promise<object | URL | null> {
    const url = new URL(request.url ?? "/", issuer);
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: [ALGORITHM],
        };
      case "/jwks":
        return { keys: [jwk] };
      case "/authorize": {
        const code = randomUUID();
        begun.set(code, url.searchParams);
        const back = new URL(url.searchParams.get("redirect_uri") ?? "");
        back.searchParams.set("code", code);
        back.searchParams.set("state", url.searchParams.get("state") ?? "");
        return back;
      }
      case "/token":
        return tokensFor(new URLSearchParams(await text(request)));
      default:
        return null;
    }
  }

  const server = createServer((request, response) => {
    void answer(request).then((told) => {
      if (told instanceof URL) response.writeHead(302, { location: told.href }).end();
      else if (told === null) response.writeHead(400, CORS).end('{"error":"invalid_grant"}');
      else response.writeHead(200, CORS).end(JSON.stringify(told));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
