import { UnauthenticatedError } from "@crossdock/domain";
import type { Viewer } from "@crossdock/domain";
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, errors, jwtVerify } from "jose";
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from "jose";
import { LRUCache } from "lru-cache";
import { IdentityUnavailableError } from "../errors/gateway-errors.ts";
import type { VerifyToken } from "../http/authenticate.ts";
import { viewerOfClaims } from "./read-claims.ts";
import type { ClaimReading } from "./read-claims.ts";

/** Somebody whose tokens are believed. */
export type TokenIssuer = ClaimReading & {
  /** As in the tokens' `iss`. */
  readonly issuer: string;
  /** What the tokens' `aud` must name. */
  readonly audience: string;
  /** Its public keys, or where they are published. */
  readonly keys: { readonly jwks: JSONWebKeySet } | { readonly jwksUrl: URL };
  /**
   * Has the last word on a token that verified, each time that it is shown.
   * @throws {UnauthenticatedError} it is worth nothing any more
   */
  readonly admit?: (viewer: Viewer, claims: JWTPayload) => void;
};

export type TokenVerifierOptions = {
  readonly issuers: readonly TokenIssuer[];
  /** How far the clocks of issuers may be from ours. */
  readonly clockToleranceSeconds: number;
  /** How long published keys are kept: a key that is withdrawn counts so long, and a minute. Ten minutes if not said. */
  readonly keysMaxAgeMs?: number;
  /** Between two looks for a key that is not among them; until then its tokens are refused. Ten seconds if not said. */
  readonly keysCooldownMs?: number;
};

type Verified = {
  readonly viewer: Viewer;
  readonly expiresAtMs: number;
  readonly claims: JWTPayload;
  readonly issuer: TokenIssuer;
};

/**
 * Reads a viewer out of a signed JWT, as its issuer says it (`ClaimReading`). Keys that are published are fetched when
 * they are first needed, again when they are too old, and at once when a token names one that is not among them.
 * A token that verified is believed for a minute without being verified again, not beyond its `exp`: who comes back
 * with all others at once costs no signature, and all who show one token are one viewer.
 * @returns throws {UnauthenticatedError} for a token that proves nothing: why, it says only to who holds one that its
 *   issuer has signed for us; and {IdentityUnavailableError} when an issuer's keys cannot be fetched
 */
export function createTokenVerifier(options: TokenVerifierOptions): VerifyToken {
  const { clockToleranceSeconds } = options;
  const known = new Map(
    options.issuers.map((issuer) => [
      issuer.issuer,
      { ...issuer, keyOf: keySource(issuer.keys, options) },
    ]),
  );
  const verified = new LRUCache<string, Verified>({ max: MAX_KEPT_VIEWERS, ttl: KEPT_FOR_MS });
  async function verify(bearer: string): Promise<Viewer> {
    const trusted = known.get(issuerOf(bearer));
    if (trusted === undefined) throw new UnauthenticatedError(DOES_NOT_VERIFY);
    try {
      const { payload: claims } = await jwtVerify(bearer, trusted.keyOf, {
        issuer: trusted.issuer,
        audience: trusted.audience,
        algorithms: ALGORITHMS,
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ["sub", "exp"],
      });
      const viewer = viewerOfClaims(claims, trusted);
      const expiresAtMs = Date.parse(viewer.expiresAt);
      verified.set(bearer, { viewer, expiresAtMs, claims, issuer: trusted });
      trusted.admit?.(viewer, claims);
      return viewer;
    } catch (error) {
      throw asOurs(error);
    }
  }

  return (bearer) => {
    const kept = verified.get(bearer);
    if (kept === undefined || kept.expiresAtMs <= Date.now()) return verify(bearer);
    kept.issuer.admit?.(kept.viewer, kept.claims);
    return kept.viewer;
  };
}

const DOES_NOT_VERIFY = "The token does not verify.";
/** Signatures by a private key only: a public key must never pass as a shared secret. */
const ALGORITHMS = ["ES256", "ES384", "EdDSA", "PS256", "RS256"];

const KEPT_FOR_MS = 60_000;
const MAX_KEPT_VIEWERS = 10_000;
const KEYS_MAX_AGE_MS = 600_000;
/** Tokens with keys that nobody has ever heard of cost their issuer no more than this. */
const KEYS_COOLDOWN_MS = 10_000;
const KEYS_TIMEOUT_MS = 5_000;

function keySource(keys: TokenIssuer["keys"], options: TokenVerifierOptions): JWTVerifyGetKey {
  if ("jwks" in keys) return createLocalJWKSet(keys.jwks);
  return createRemoteJWKSet(keys.jwksUrl, {
    cacheMaxAge: options.keysMaxAgeMs ?? KEYS_MAX_AGE_MS,
    cooldownDuration: options.keysCooldownMs ?? KEYS_COOLDOWN_MS,
    timeoutDuration: KEYS_TIMEOUT_MS,
  });
}

/** Not believed yet: it only says whose keys to try. */
function issuerOf(bearer: string): string {
  try {
    return decodeJwt(bearer).iss ?? "";
  } catch {
    throw new UnauthenticatedError(DOES_NOT_VERIFY);
  }
}

function asOurs(error: unknown): Error {
  if (error instanceof UnauthenticatedError) return error;
  if (error instanceof errors.JWTExpired) return new UnauthenticatedError("The token has expired.");
  const isVerdict = error instanceof errors.JOSEError && !KEYS_NOT_READ.has(error.code);
  if (isVerdict) return new UnauthenticatedError(DOES_NOT_VERIFY);
  return new IdentityUnavailableError("The token cannot be verified now.", { cause: error });
}

/** Failures of reading an issuer's keys, which say nothing about the token. */
const KEYS_NOT_READ = new Set<string>([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  errors.JOSEError.code, // an unexpected HTTP status of the key endpoint
]);
