import { instantOf, UnauthenticatedError, type Viewer } from "@crossdock/domain";
import type { PartnerDirectory } from "@crossdock/partners";
import type { Clock } from "@crossdock/runtime";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { parseClientCredentials, TokenRequestError } from "./token-request.ts";
import type { LocalIssuer } from "./local-issuer.ts";

export type OAuthRoutesDeps = {
  readonly localIssuer: LocalIssuer;
  readonly partners: PartnerDirectory;
  /** Where clients reach us, and who we are in the tokens. */
  readonly publicUrl: string;
  readonly clock: Clock;
};

const MS_PER_SECOND = 1_000;
const TOKEN_SECONDS = 900;
const SERVER_ERROR = 500;
const MAX_FORM_BYTES = 16_384;
const FORM = "application/x-www-form-urlencoded";
/** `cdk_`, the key's id, and the secret. */
const KEY_ID = /^cdk_([0-9a-f]+)_/;

/**
 * The local issuer as partners know one (RFC 6749, RFC 8414): its documents, and a token endpoint for client
 * credentials, where the secret is the partner's API key.
 */
export function registerOAuth(app: FastifyInstance, deps: OAuthRoutesDeps): void {
  const { localIssuer, publicUrl } = deps;
  const metadata = {
    issuer: publicUrl,
    token_endpoint: `${publicUrl}/oauth/token`,
    jwks_uri: `${publicUrl}/.well-known/jwks.json`,
    grant_types_supported: ["client_credentials"],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  };
  app.get("/.well-known/oauth-authorization-server", () => metadata);
  // Where most clients look first.
  app.get("/.well-known/openid-configuration", () => metadata);
  app.get("/.well-known/jwks.json", () => localIssuer.jwks);
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      FORM,
      { parseAs: "string", bodyLimit: MAX_FORM_BYTES },
      (_request, body, parsed) => {
        parsed(null, new URLSearchParams(String(body)));
      },
    );
    scope.addHook("onRequest", (_request, reply, next) => {
      void reply.header("cache-control", "no-store").header("pragma", "no-cache");
      next();
    });
    scope.setErrorHandler((error: FastifyError, _request, reply) => {
      if ((error.statusCode ?? SERVER_ERROR) >= SERVER_ERROR) throw error;
      return refuse(
        reply,
        new TokenRequestError("invalid_request", `The body is no ${FORM}.`),
        false,
      );
    });
    scope.post("/oauth/token", async (request, reply) => {
      const { authorization } = request.headers;
      try {
        const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
        return await reply.send(await tokenFor(form, authorization, deps));
      } catch (error) {
        if (!(error instanceof TokenRequestError)) throw error;
        return refuse(reply, error, authorization !== undefined);
      }
    });
    done();
  });
}

/** @throws {TokenRequestError} */
async function tokenFor(
  form: URLSearchParams,
  authorization: string | undefined,
  { localIssuer, partners, publicUrl: issuer, clock }: OAuthRoutesDeps,
) {
  const { clientId, secret, scopes: wanted } = parseClientCredentials(form, authorization);
  const viewer = viewerOf(partners, clientId, secret);
  const scopes = wanted ?? viewer.scopes;
  if (!scopes.every((scope) => viewer.scopes.includes(scope))) {
    throw new TokenRequestError("invalid_scope", "A scope is none of this client's.");
  }
  const [, keyId = ""] = KEY_ID.exec(secret) ?? [];
  const nowMs = clock.nowMs();
  const leftSeconds = Math.floor((Date.parse(viewer.expiresAt) - nowMs) / MS_PER_SECOND);
  const seconds = Math.min(TOKEN_SECONDS, leftSeconds);
  const expiresAt = instantOf(new Date(nowMs + seconds * MS_PER_SECOND));
  const options = { issuer, viewer, scopes, keyId, expiresAt };
  return {
    access_token: await localIssuer.mintPartnerToken(options),
    token_type: "Bearer",
    expires_in: seconds,
    scope: scopes.join(" "),
  };
}

function viewerOf(partners: PartnerDirectory, clientId: string, secret: string): Viewer {
  const refusal = new TokenRequestError(
    "invalid_client",
    "The client is not known by that secret.",
  );
  try {
    const viewer = partners.viewerOfKey(secret);
    if (viewer.clientId === clientId) return viewer;
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
  }
  throw refusal;
}

function refuse(reply: FastifyReply, { code, message }: TokenRequestError, isBasic: boolean) {
  const isClient = code === "invalid_client";
  if (isClient && isBasic) void reply.header("www-authenticate", 'Basic realm="crossdock"');
  return reply.code(isClient ? 401 : 400).send({ error: code, error_description: message });
}
