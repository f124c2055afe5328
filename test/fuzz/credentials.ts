import { createPublicKey, type JsonWebKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Role } from "@crossdock/domain";
import { generateKeyPair, importJWK, SignJWT, UnsecuredJWT, type JWK } from "jose";
import type { Stack } from "../src/stack.ts";

/** What is sent as `authorization`, by a name that can be printed. */
export type Credentials = {
  /** A header's value. `undefined`: none is sent. */
  readonly valueOf: (name: string) => string | undefined;
  readonly names: readonly string[];
  /** Those that are worth something: no answer and no log may show them. */
  readonly tokens: readonly string[];
};

const ISSUER = "urn:crossdock:local";
const AUDIENCE = "crossdock";
const CLAIMS = { client_id: "fuzz", role: "portal", scope: "orders:read", customers: ["C10010"] };
const ROLES: readonly Role[] = ["operator", "partner", "carrier", "finance", "mobile"];

/** Good tokens of the stack's own issuer, and all the kinds of bad ones. */
export async function makeCredentials(stack: Stack, dataDir: string): Promise<Credentials> {
  const jwk = JSON.parse(await readFile(join(dataDir, "issuer.json"), "utf8")) as JWK;
  const key = await importJWK(jwk, "ES256");
  const { privateKey: foreignKey } = await generateKeyPair("ES256");
  const good = new Map<string, string>([
    ["portal", await stack.token("portal", "C10010")],
    ["portal of another", await stack.token("portal", "C10020")],
  ]);
  for (const role of ROLES) good.set(role, await stack.token(role));

  const jwt = (more: Readonly<Record<string, unknown>> = {}, kid = String(jwk.kid)) =>
    new SignJWT({ ...CLAIMS, ...more })
      .setProtectedHeader({ alg: "ES256", kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject("fuzz")
      .setIssuedAt()
      .setExpirationTime("1 hour");
  const publicPem = createPublicKey({ key: jwk as JsonWebKey, format: "jwk" }).export({
    type: "spki",
    format: "pem",
  });
  const portal = good.get("portal") ?? "";
  const [head = "", claims = "", signature = ""] = portal.split(".");
  const bad: Readonly<Record<string, string>> = {
    expired: bearer(await jwt().setExpirationTime("1 hour ago").sign(key)),
    "not yet valid": bearer(await jwt().setNotBefore("1 hour").sign(key)),
    "wrong audience": bearer(await jwt().setAudience("another").sign(key)),
    "wrong issuer": bearer(await jwt().setIssuer("https://login.example").sign(key)),
    "no subject": bearer(await jwt().setSubject("").sign(key)),
    "unknown role": bearer(await jwt({ role: "__proto__" }).sign(key)),
    "odd claims": bearer(await jwt({ customers: [["C10010"]], scope: 7 }).sign(key)),
    "odd accounts": bearer(await jwt({ customers: { all: true } }).sign(key)),
    "another's key": bearer(await jwt().sign(foreignKey)),
    "alg none": bearer(
      new UnsecuredJWT(CLAIMS).setIssuer(ISSUER).setAudience(AUDIENCE).setSubject("fuzz").encode(),
    ),
    "public key as secret": bearer(
      await new SignJWT(CLAIMS)
        .setProtectedHeader({ alg: "HS256", kid: String(jwk.kid) })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject("fuzz")
        .setIssuedAt()
        .setExpirationTime("1 hour")
        .sign(new TextEncoder().encode(String(publicPem))),
    ),
    "unknown key": bearer(await jwt({}, "../../dev/null").sign(key)),
    "changed claims": bearer(`${head}.${claims.slice(0, -4)}AAAA.${signature}`),
    "no signature": bearer(`${head}.${claims}.`),
    "cut short": bearer(portal.slice(0, portal.length / 2)),
    "dots only": bearer("..."),
    "too long": bearer("a".repeat(7_000)),
    empty: "Bearer ",
    "no scheme": "abc",
    "another scheme": "Basic b3BlcmF0b3I6b3BlcmF0b3I=",
    "no key of ours": bearer("cdk_"),
    "an unknown key": bearer(`cdk_fuzz_${"A".repeat(43)}`),
    "an odd key": bearer("cdk_../.._%00"),
  };
  const values: ReadonlyMap<string, string> = new Map([
    ...[...good].map(([name, token]) => [name, bearer(token)] as const),
    ...Object.entries(bad),
  ]);
  return {
    names: ["portal", "operator", "nobody", ...values.keys()],
    valueOf: (name) => values.get(name),
    tokens: [...good.values()],
  };
}

function bearer(token: string): string {
  return `Bearer ${token}`;
}
