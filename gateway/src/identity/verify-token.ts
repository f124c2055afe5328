import {
  InvalidValueError,
  parseCustomerNumber,
  ROLES,
  UnauthenticatedError,
} from "@crossdock/domain";
import type { Instant, Viewer } from "@crossdock/domain";
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, errors, jwtVerify } from "jose";
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { IdentityUnavailableError } from "../errors/gateway-errors.ts";
import type { VerifyToken } from "../http/authenticate.ts";

/** Somebody whose tokens are believed. */
export type TokenIssuer = {
  /** As in the tokens' `iss`. */
  readonly issuer: string;
  /** What the tokens' `aud` must name. */
  readonly audience: string;
  /** Its public keys, or where they are published; fetched keys are kept for ten minutes. */
  readonly keys: { readonly jwks: JSONWebKeySet } | { readonly jwksUrl: URL };
};

export type TokenVerifierOptions = {
  readonly issuers: readonly TokenIssuer[];
  /** How far the clocks of issuers may be from ours. */
  readonly clockToleranceSeconds: number;
};

/**
 * Reads a viewer out of a signed JWT. Claims: `sub`, `exp`, `name`, `client_id` or `azp`, `role`,
 * `scope` (words) and `customers` (account numbers, or "all"). What a token does not say it does not
 * give: without `customers` it sees no account, without `scope` it may do nothing.
 * A token that verified is believed for a minute without being verified again, not beyond its `exp`: who comes back
 * with all others at once costs no signature, and all who show one token are one viewer.
 * @returns throws {UnauthenticatedError} for a token that proves nothing, and
 *   {IdentityUnavailableError} when an issuer's keys cannot be fetched
 */
export function createTokenVerifier(options: TokenVerifierOptions): VerifyToken {
  const { issuers, clockToleranceSeconds } = options;
  const known = new Map(
    issuers.map(({ issuer, audience, keys }) => [issuer, { audience, keyOf: keySource(keys) }]),
  );
  const verified = new LRUCache<string, Viewer>({ max: MAX_KEPT_VIEWERS, ttl: KEPT_FOR_MS });
  return async (bearer) => {
    const kept = verified.get(bearer);
    if (kept !== undefined && Date.parse(kept.expiresAt) > Date.now()) return kept;
    const issuer = issuerOf(bearer);
    const trusted = known.get(issuer);
    if (trusted === undefined) throw new UnauthenticatedError("The token's issuer is not known.");
    try {
      const { payload } = await jwtVerify(bearer, trusted.keyOf, {
        issuer,
        audience: trusted.audience,
        algorithms: ALGORITHMS,
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ["sub", "exp"],
      });
      const viewer = viewerOf(payload);
      verified.set(bearer, viewer);
      return viewer;
    } catch (error) {
      throw asOurs(error);
    }
  };
}

/** Signatures by a private key only: a public key must never pass as a shared secret. */
const ALGORITHMS = ["ES256", "ES384", "EdDSA", "PS256", "RS256"];

const MS_PER_SECOND = 1_000;
/** Less than fetched keys are kept: a key that is withdrawn counts no longer than it did. */
const KEPT_FOR_MS = 60_000;
const MAX_KEPT_VIEWERS = 10_000;

const CLAIMS = z.object({
  sub: z.string().min(1),
  exp: z.number(),
  name: z.string().optional(),
  client_id: z.string().optional(),
  azp: z.string().optional(),
  role: z.enum(ROLES),
  scope: z.string().default(""),
  customers: z.union([z.literal("all"), z.array(z.string())]).default([]),
});

function keySource(keys: TokenIssuer["keys"]): JWTVerifyGetKey {
  return "jwks" in keys ? createLocalJWKSet(keys.jwks) : createRemoteJWKSet(keys.jwksUrl);
}

/** Not believed yet: it only says whose keys to try. */
function issuerOf(bearer: string): string {
  try {
    return decodeJwt(bearer).iss ?? "";
  } catch {
    throw new UnauthenticatedError("The token is not a JWT.");
  }
}

function viewerOf(payload: JWTPayload): Viewer {
  const claims = CLAIMS.safeParse(payload);
  if (!claims.success) {
    const names = claims.error.issues.map(({ path }) => path.join(".")).join(", ");
    throw new UnauthenticatedError(`The token's claims do not read: ${names}.`);
  }
  const { sub, exp, name, client_id: clientId, azp, role, scope, customers } = claims.data;
  return {
    id: sub,
    name: name ?? null,
    clientId: clientId ?? azp ?? sub,
    role,
    scopes: scope.split(" ").filter((word) => word !== ""),
    customers: customers === "all" ? "all" : customers.map(parseCustomerNumber),
    expiresAt: new Date(exp * MS_PER_SECOND).toISOString() as Instant,
  };
}

function asOurs(error: unknown): Error {
  if (error instanceof UnauthenticatedError) return error;
  if (error instanceof InvalidValueError) return new UnauthenticatedError(error.message);
  if (error instanceof errors.JWTExpired) return new UnauthenticatedError("The token has expired.");
  const isVerdict = error instanceof errors.JOSEError && !KEYS_NOT_READ.has(error.code);
  if (isVerdict) return new UnauthenticatedError("The token does not verify.");
  return new IdentityUnavailableError("The token cannot be verified now.", { cause: error });
}

/** Failures of reading an issuer's keys, which say nothing about the token. */
const KEYS_NOT_READ = new Set<string>([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  errors.JOSEError.code, // an unexpected HTTP status of the key endpoint
]);
