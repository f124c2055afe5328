import { createHmac, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { FINANCE_DEMO } from "./demo-tenant.ts";
import { accessProblem, ApiProblem } from "./problems.ts";

const TOKEN_LIFETIME_S = 1_800;
const SCOPE = "accounting.transactions accounting.contacts accounting.settings.read";

/** Token endpoint and list of tenants: a custom connection, so client credentials. */
export function registerAccess(app: FastifyInstance, now: () => Date): void {
  app.post(FINANCE_DEMO.tokenPath, { config: { operation: "POST token" } }, (request) => {
    const form = new URLSearchParams(String(request.body ?? ""));
    const { clientId, clientSecret } = credentialsOf(request, form);
    if (clientId !== FINANCE_DEMO.clientId || clientSecret !== FINANCE_DEMO.clientSecret) {
      throw new ApiProblem(400, { error: "invalid_client" });
    }
    if (form.get("grant_type") !== "client_credentials") {
      throw new ApiProblem(400, { error: "unsupported_grant_type" });
    }
    return {
      access_token: signToken(Math.floor(now().getTime() / 1_000) + TOKEN_LIFETIME_S),
      expires_in: TOKEN_LIFETIME_S,
      token_type: "Bearer",
      scope: form.get("scope") ?? SCOPE,
    };
  });
  app.get("/connections", { config: { operation: "GET connections" } }, (request) => {
    requireToken(request, now());
    const { tenantId, tenantName } = FINANCE_DEMO;
    const since = "2025-11-20T00:00:00.0000000";
    return [
      {
        id: tenantId,
        authEventId: tenantId,
        tenantId,
        tenantType: "ORGANISATION",
        tenantName,
        createdDateUtc: since,
        updatedDateUtc: since,
      },
    ];
  });
}

/** @throws {ApiProblem} 401 without a live token */
export function requireToken(request: FastifyRequest, now: Date): void {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  if (scheme !== "Bearer" || token === undefined) {
    throw accessProblem(401, "Unauthorized", "AuthenticationUnsuccessful");
  }
  const [expiresS] = token.split(".");
  if (!sameText(token, signToken(Number(expiresS)))) {
    throw accessProblem(401, "Unauthorized", "AuthenticationUnsuccessful");
  }
  if (Number(expiresS) * 1_000 <= now.getTime()) {
    throw accessProblem(401, "Unauthorized", "TokenExpired: token expired");
  }
}

/** @throws {ApiProblem} 403 when the call is not for the organisation of the connection */
export function requireTenant(request: FastifyRequest): void {
  if (request.headers["xero-tenant-id"] !== FINANCE_DEMO.tenantId) {
    throw accessProblem(403, "Forbidden", "AuthenticationUnsuccessful");
  }
}

/** The token carries its own end, so that it outlives a restart of the sandbox. */
function signToken(expiresS: number): string {
  const mac = createHmac("sha256", FINANCE_DEMO.clientSecret).update(String(expiresS));
  return `${String(expiresS)}.${mac.digest("base64url")}`;
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function credentialsOf(request: FastifyRequest, form: URLSearchParams) {
  const [scheme, encoded] = (request.headers.authorization ?? "").split(" ");
  if (scheme !== "Basic" || encoded === undefined) {
    return { clientId: form.get("client_id"), clientSecret: form.get("client_secret") };
  }
  const [clientId, clientSecret] = Buffer.from(encoded, "base64").toString().split(":");
  return { clientId, clientSecret };
}
