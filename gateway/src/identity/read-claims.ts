import {
  InvalidValueError,
  parseCustomerNumber,
  ROLES,
  UnauthenticatedError,
} from "@crossdock/domain";
import type { Instant, Role, Viewer } from "@crossdock/domain";
import type { JWTPayload } from "jose";
import { z } from "zod";

/** Where a claim stands: its name, or the names on the way to it, outermost first. */
export type ClaimPath = string | readonly string[];

/** How an issuer's tokens say who asks; what is left out is as we name it ourselves. */
export type ClaimNames = {
  readonly name?: ClaimPath | undefined;
  readonly clientId?: ClaimPath | undefined;
  readonly role?: ClaimPath | undefined;
  /** Words in one text, or a list of them. */
  readonly scope?: ClaimPath | undefined;
  /** Account numbers, or "all". */
  readonly customers?: ClaimPath | undefined;
};

export type ClaimReading = {
  readonly claims?: ClaimNames | undefined;
  /** Our role for a word of theirs; other words give none. The first of a list that does, counts. */
  readonly roles?: Readonly<Record<string, Role>> | undefined;
  /** Of all its tokens, which then need not say one. */
  readonly role?: Role | undefined;
};

const MS_PER_SECOND = 1_000;
const words = z.union([z.string(), z.array(z.string())]);
const CLAIMS = z.object({
  sub: z.string().min(1),
  exp: z.number(),
  name: z.string().optional(),
  clientId: z.string().min(1).optional(),
  scope: words.default(""),
  customers: z.union([z.literal("all"), z.array(z.string())]).default([]),
});

/**
 * The viewer that a verified token speaks of. What it does not say it does not give: without `customers` it
 * sees no account, without `scope` it may do nothing.
 * @throws {UnauthenticatedError} naming the claims that do not read
 */
export function viewerOfClaims(payload: JWTPayload, reading: ClaimReading): Viewer {
  const { claims = {} } = reading;
  const { sub, exp } = payload;
  const read = CLAIMS.safeParse({
    sub,
    exp,
    name: claimAt(payload, claims.name ?? "name"),
    clientId: clientIdOf(payload, claims),
    scope: claimAt(payload, claims.scope ?? "scope"),
    customers: claimAt(payload, claims.customers ?? "customers"),
  });
  const role = reading.role ?? roleOf(claimAt(payload, claims.role ?? "role"), reading.roles);
  if (!read.success || role === null) {
    const names = read.error?.issues.map(({ path }) => path.join(".")) ?? ["role"];
    throw new UnauthenticatedError(`The token's claims do not read: ${names.join(", ")}.`);
  }
  const { data } = read;
  return {
    id: data.sub,
    name: data.name ?? null,
    clientId: data.clientId ?? data.sub,
    role,
    scopes: [data.scope].flat().flatMap((text) => text.split(" ").filter((word) => word !== "")),
    customers: data.customers === "all" ? "all" : customersOf(data.customers),
    expiresAt: new Date(data.exp * MS_PER_SECOND).toISOString() as Instant,
  };
}

function clientIdOf(payload: JWTPayload, { clientId }: ClaimNames): unknown {
  if (clientId !== undefined) return claimAt(payload, clientId);
  return payload["client_id"] ?? payload["azp"];
}

function claimAt(payload: JWTPayload, path: ClaimPath): unknown {
  return [path]
    .flat()
    .reduce<unknown>(
      (at, name) =>
        typeof at === "object" && at !== null && Object.hasOwn(at, name)
          ? (at as Readonly<Record<string, unknown>>)[name]
          : undefined,
      payload,
    );
}

function roleOf(claim: unknown, roles: ClaimReading["roles"]): Role | null {
  const said = [claim].flat().filter((word) => typeof word === "string");
  for (const word of said) {
    const role =
      roles === undefined
        ? ROLES.find((name) => name === word)
        : Object.hasOwn(roles, word)
          ? roles[word]
          : undefined;
    if (role !== undefined) return role;
  }
  return null;
}

function customersOf(numbers: readonly string[]): Exclude<Viewer["customers"], "all"> {
  try {
    return numbers.map(parseCustomerNumber);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    throw new UnauthenticatedError("The token's claims do not read: customers.");
  }
}
