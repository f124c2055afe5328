import { UnauthenticatedError } from "@crossdock/domain";
import type { Viewer } from "@crossdock/domain";

/** @throws {UnauthenticatedError} the token is wrong or has expired */
export type VerifyToken = (bearer: string) => Promise<Viewer>;

const BEARER = /^Bearer +([\w.~+/=-]+) *$/i;

/**
 * Who is asking, by an `Authorization` header.
 * @returns `null` without a header: the schema decides what nobody may see
 * @throws {UnauthenticatedError} there is a header and it proves nothing
 */
export async function authenticate(
  authorization: unknown,
  verifyToken: VerifyToken,
): Promise<Viewer | null> {
  if (authorization === undefined || authorization === null || authorization === "") return null;
  const token = typeof authorization === "string" ? BEARER.exec(authorization)?.[1] : undefined;
  if (token === undefined) {
    throw new UnauthenticatedError("The Authorization header is not `Bearer` with a token.");
  }
  return verifyToken(token);
}
