import { UnauthenticatedError } from "@crossdock/domain";
import type { Viewer } from "@crossdock/domain";
import type { MayWait } from "../may-wait.ts";

/** Whose token it is: at once where it is known. @throws {UnauthenticatedError} the token is wrong or has expired */
export type VerifyToken = (bearer: string) => MayWait<Viewer>;

/** What a header of HTTP may be; over a socket a longer text is no token either. */
const MAX_CHARACTERS = 16_384;
const BEARER = /^Bearer +([\w.~+/=-]+) *$/i;

/**
 * What a request, or the `connection_init` of a socket, shows: `Authorization`, or where there is none an API key in
 * `X-API-Key`, as if it were a bearer token.
 * @param named by names in lower case, as Node has headers
 * @returns `null` when it shows nothing
 */
export function authorizationOf(named: Readonly<Record<string, unknown>>): unknown {
  const { authorization, "x-api-key": apiKey } = named;
  if (authorization !== undefined) return authorization;
  return typeof apiKey === "string" ? `Bearer ${apiKey}` : null;
}

/**
 * Who is asking, by an `Authorization` header.
 * @returns `null` without a header: the schema decides what nobody may see
 * @throws {UnauthenticatedError} there is a header and it proves nothing
 */
export function authenticate(
  authorization: unknown,
  verifyToken: VerifyToken,
): MayWait<Viewer | null> {
  if (authorization === undefined || authorization === null || authorization === "") return null;
  const token =
    typeof authorization === "string" && authorization.length <= MAX_CHARACTERS
      ? BEARER.exec(authorization)?.[1]
      : undefined;
  if (token === undefined) {
    throw new UnauthenticatedError("The Authorization header is not `Bearer` with a token.");
  }
  return verifyToken(token);
}
