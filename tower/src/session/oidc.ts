import * as oauth from "oauth4webapi";
import type { SignInSettings } from "./settings.ts";

export const REDIRECT_PATH = "/tower/signed-in";
const KEPT_AS = "crossdock.tower.signing-in";

type Begun = {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly from: string;
};

const insecure = (issuer: URL) =>
  // An issuer on this machine may do without TLS, as while it is tried.
  issuer.protocol === "http:" && ["localhost", "127.0.0.1"].includes(issuer.hostname)
    ? { [oauth.allowInsecureRequests]: true }
    : {};

/** Leaves for the issuer's page: authorization code with PKCE (RFC 7636). What is needed to go on stays in this tab. */
export async function beginSignIn(settings: SignInSettings): Promise<void> {
  const server = await discover(settings);
  if (server.authorization_endpoint === undefined)
    throw new Error("The issuer has no page to sign in.");
  const begun: Begun = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    from: `${location.pathname}${location.search}`,
  };
  sessionStorage.setItem(KEPT_AS, JSON.stringify(begun));
  const url = new URL(server.authorization_endpoint);
  const asked = {
    client_id: settings.clientId,
    redirect_uri: redirectUri(),
    response_type: "code",
    scope: `openid ${settings.scope}`.replace(/\bopenid openid\b/, "openid"),
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: "S256",
    ...(settings.audience === undefined
      ? {}
      : { audience: settings.audience, resource: settings.audience }),
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  location.assign(url);
}

/**
 * What the issuer sent back is made a token.
 * @returns the access token, and where in the page the person was
 * @throws when it was not begun here, or the issuer refuses
 */
export async function finishSignIn(
  settings: SignInSettings,
): Promise<{ readonly token: string; readonly from: string }> {
  const kept = sessionStorage.getItem(KEPT_AS);
  sessionStorage.removeItem(KEPT_AS);
  if (kept === null) throw new Error("Signing in was not begun in this tab.");
  const { verifier, state, nonce, from } = JSON.parse(kept) as Begun;
  const server = await discover(settings);
  const client: oauth.Client = { client_id: settings.clientId };
  const answer = oauth.validateAuthResponse(server, client, new URL(location.href), state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    answer,
    redirectUri(),
    verifier,
    insecure(new URL(settings.issuer)),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  return { token: tokens.access_token, from };
}

async function discover({ issuer }: SignInSettings): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  const response = await oauth.discoveryRequest(url, { algorithm: "oidc", ...insecure(url) });
  return oauth.processDiscoveryResponse(url, response);
}

function redirectUri(): string {
  return `${location.origin}${REDIRECT_PATH}`;
}
