import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SCOPES_OF_ROLE } from "@crossdock/domain";
import type { CustomerNumber, Instant, Role, Viewer } from "@crossdock/domain";
import { exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import type { JSONWebKeySet, JWK } from "jose";

/** Who is named in a local token as its maker, and for whom it is made. */
export const LOCAL_ISSUER = "urn:crossdock:local";
export const LOCAL_AUDIENCE = "crossdock";

export type MintOptions = {
  readonly role: Role;
  readonly customers: readonly CustomerNumber[] | "all";
  readonly ttlSeconds: number;
};

/** What a partner gets for its key. */
export type PartnerTokenOptions = {
  /** The address of the stack, as the partner knows it. */
  readonly issuer: string;
  /** As its key proves it. */
  readonly viewer: Viewer;
  /** Of the viewer's, those that were asked for. */
  readonly scopes: readonly string[];
  /** What it got the token for: the token is worth no more than this. */
  readonly keyId: string;
  readonly expiresAt: Instant;
};

/** The claim that names the API key which a token was got for. */
export const KEY_CLAIM = "key";

/** Makes tokens for the stack on this machine, instead of a company's identity provider. */
export interface LocalIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** The public half of the key, for the verifier. */
  readonly jwks: JSONWebKeySet;
  /** A signed token with the scopes of its role. Tokens outlive restarts, as the key does. */
  mintToken(options: MintOptions): Promise<string>;
  mintPartnerToken(options: PartnerTokenOptions): Promise<string>;
}

/**
 * Opens the issuer of a data directory. Its key is made on first use and kept in `issuer.json`, which
 * only this user can read. Two processes that start at once agree on one key.
 * @throws when the file is there and is not a key
 */
export async function openLocalIssuer(dataDirectory: string): Promise<LocalIssuer> {
  const privateJwk = await readOrMakeKey(join(dataDirectory, "issuer.json"));
  const key = await importJWK(privateJwk, ALGORITHM);
  const { kty, crv, x, y, kid } = privateJwk;
  const publicJwk = { kty, crv, x, y, kid, alg: ALGORITHM, use: "sig" } as JWK;
  return {
    issuer: LOCAL_ISSUER,
    audience: LOCAL_AUDIENCE,
    jwks: { keys: [publicJwk] },
    mintToken: ({ role, customers, ttlSeconds }) =>
      new SignJWT({
        name: `Local ${role}`,
        client_id: `local-${role}`,
        role,
        scope: SCOPES_OF_ROLE[role].join(" "),
        customers: customers === "all" ? "all" : [...customers],
      })
        .setProtectedHeader({ alg: ALGORITHM, kid: String(kid) })
        .setIssuer(LOCAL_ISSUER)
        .setAudience(LOCAL_AUDIENCE)
        .setSubject(`local-${role}`)
        .setIssuedAt()
        .setExpirationTime(`${String(ttlSeconds)} seconds`)
        .sign(key),
    mintPartnerToken: ({ issuer, viewer, scopes, keyId, expiresAt }) =>
      new SignJWT({
        name: viewer.name,
        client_id: viewer.clientId,
        role: viewer.role,
        scope: scopes.join(" "),
        customers: viewer.customers,
        [KEY_CLAIM]: keyId,
      })
        .setProtectedHeader({ alg: ALGORITHM, kid: String(kid) })
        .setIssuer(issuer)
        .setAudience(LOCAL_AUDIENCE)
        .setSubject(viewer.id)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(new Date(expiresAt))
        .sign(key),
  };
}

const ALGORITHM = "ES256";
const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

async function readOrMakeKey(file: string): Promise<JWK> {
  return (await readKey(file)) ?? (await makeKey(file));
}

async function readKey(file: string): Promise<JWK | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Error(`${file} does not hold a key; remove it to have a new one made.`, {
      cause: error,
    });
  }
}

/** Written aside and then linked: nobody reads half a key, and whoever is first, wins. */
async function makeKey(file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk: JWK = { ...(await exportJWK(privateKey)), kid: randomUUID() };
  const draft = `${file}.${randomUUID()}`;
  await mkdir(join(file, ".."), { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  await writeFile(draft, JSON.stringify(jwk), { mode: OWNER_ONLY });
  try {
    await link(draft, file);
    return jwk;
  } catch (error) {
    const winner = await readKey(file);
    if (winner === null) throw error;
    return winner;
  } finally {
    await rm(draft, { force: true });
  }
}
