import { UnauthenticatedError } from "@crossdock/domain";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey, JSONWebKeySet, JWTPayload } from "jose";
import { IdentityUnavailableError } from "../errors/gateway-errors.ts";
import { createTokenVerifier } from "./verify-token.ts";

const ISSUER = "https://id.test/";
const AUDIENCE = "crossdock";
const CLAIMS = {
  sub: "u-1",
  name: "Pat",
  azp: "portal-web",
  role: "portal",
  scope: "orders:read orders:write",
  customers: ["C10010"],
};

let privateKey: CryptoKey;
let publicKey: CryptoKey;
let jwks: JSONWebKeySet;
beforeAll(async () => {
  const pair = await generateKeyPair("ES256", { extractable: true });
  privateKey = pair.privateKey;
  publicKey = pair.publicKey;
  jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "ES256" }] };
});

function sign(
  claims: JWTPayload,
  { key = privateKey, issuer = ISSUER, audience = AUDIENCE, expires = "1h" } = {},
) {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid: "k1" })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(expires)
    .sign(key);
}

const verifier = (keys: { jwks: JSONWebKeySet } | { jwksUrl: URL } = { jwks }) =>
  createTokenVerifier({
    issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys }],
    clockToleranceSeconds: 5,
  });

test("a token gives exactly the viewer that it says", async () => {
  const viewer = await verifier()(await sign(CLAIMS));
  expect(viewer).toEqual({
    id: "u-1",
    name: "Pat",
    clientId: "portal-web",
    role: "portal",
    scopes: ["orders:read", "orders:write"],
    customers: ["C10010"],
    expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

test("whoever shows a token again is the same viewer, and nobody once it has expired", async () => {
  const verify = createTokenVerifier({
    issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: { jwks } }],
    clockToleranceSeconds: 0,
  });
  const token = await sign(CLAIMS, { expires: "1s" });
  const viewer = await verify(token);
  expect(await verify(token)).toBe(viewer);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await expect(verify(token)).rejects.toBeInstanceOf(UnauthenticatedError);
});

test("what a token does not say it does not give", async () => {
  const viewer = await verifier()(await sign({ sub: "u-1", role: "operator" }));
  expect(viewer).toMatchObject({ scopes: [], customers: [], name: null });
});

/** Tokens that prove nothing, each by what is wrong with it. */
async function badTokens(): Promise<Readonly<Record<string, string>>> {
  const stranger = (await generateKeyPair("ES256")).privateKey;
  const payload = { ...CLAIMS, iss: ISSUER, aud: AUDIENCE, exp: 9e9 };
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const good = await sign(CLAIMS);
  const [header = "", body = "", signature = ""] = good.split(".");
  const shared = Buffer.from(await exportSPKI(publicKey));
  return {
    "of a stranger's key": await sign(CLAIMS, { key: stranger }),
    "of another issuer": await sign(CLAIMS, { issuer: "https://other.test/" }),
    "for somebody else": await sign(CLAIMS, { audience: "somebody-else" }),
    "not valid yet": await sign({ ...CLAIMS, nbf: Math.floor(Date.now() / 1_000) + 60 }),
    "without signature": `${encoded({ alg: "none" })}.${encoded(payload)}.`,
    "without signature, with the key's name": `${encoded({ alg: "none", kid: "k1" })}.${body}.`,
    "signed with the public key as a secret": await new SignJWT(payload)
      .setProtectedHeader({ alg: "HS256", kid: "k1" })
      .sign(shared),
    "with changed claims": `${header}.${encoded({ ...payload, role: "operator" })}.${signature}`,
    "without its signature's end": good.slice(0, -8),
    "with a key of its own": await new SignJWT(payload)
      .setProtectedHeader({ alg: "ES256", jwk: jwks.keys[0] ?? {} })
      .sign(stranger),
    "without a subject": await sign({ ...CLAIMS, sub: undefined as never }),
    "no token": "rubbish",
    nothing: "",
  };
}

test("tokens that prove nothing are refused, and none is told why", async () => {
  const believing = verifier();
  const verify = async (token: string) => believing(token);
  for (const [what, token] of Object.entries(await badTokens())) {
    const refusal = await verify(token).catch((error: unknown) => error);
    expect([what, refusal instanceof UnauthenticatedError, String(refusal)]).toEqual([
      what,
      true,
      "UnauthenticatedError: The token does not verify.",
    ]);
  }
});

test("only who holds a token that was signed for us hears what is wrong with it", async () => {
  const tokens = [
    [await sign(CLAIMS, { expires: "-1h" }), "The token has expired."],
    [await sign({ ...CLAIMS, role: "superuser" }), "The token's claims do not read: role."],
    [await sign({ ...CLAIMS, role: "constructor" }), "The token's claims do not read: role."],
    [await sign({ ...CLAIMS, customers: "C10010" }), "The token's claims do not read: customers."],
    [
      await sign({ ...CLAIMS, customers: ["../all"] }),
      "The token's claims do not read: customers.",
    ],
  ] as const;
  for (const [token, message] of tokens) {
    await expect(verifier()(token)).rejects.toThrow(new UnauthenticatedError(message));
  }
});

test("an issuer's own words are read as it uses them, and what it does not say gives nothing", async () => {
  const verify = createTokenVerifier({
    issuers: [
      {
        issuer: ISSUER,
        audience: AUDIENCE,
        keys: { jwks },
        claims: {
          role: ["realm_access", "roles"],
          scope: "scp",
          customers: "https://example.com/accounts",
          clientId: "appid",
        },
        roles: { "Crossdock.Buyer": "portal" },
      },
    ],
    clockToleranceSeconds: 5,
  });
  const theirs = {
    sub: "u-2",
    realm_access: { roles: ["offline_access", "Crossdock.Buyer"] },
    scp: ["orders:read", "orders:write"],
    "https://example.com/accounts": ["C10020"],
    appid: "buyers-app",
  };
  expect(await verify(await sign(theirs))).toMatchObject({
    role: "portal",
    scopes: ["orders:read", "orders:write"],
    customers: ["C10020"],
    clientId: "buyers-app",
  });
  // Our own names mean nothing in its tokens.
  const ours = { ...CLAIMS, customers: "all", realm_access: { roles: ["Crossdock.Buyer"] } };
  expect(await verify(await sign(ours))).toMatchObject({ customers: [], scopes: [] });
  for (const roles of [["operator"], ["toString"], [], "operator", undefined]) {
    const token = await sign({ ...theirs, role: "operator", realm_access: { roles } });
    await expect(verify(token)).rejects.toBeInstanceOf(UnauthenticatedError);
  }
});

test("whoever has the last word has it each time that a token is shown", async () => {
  let isGood = true;
  const verify = createTokenVerifier({
    issuers: [
      {
        issuer: ISSUER,
        audience: AUDIENCE,
        keys: { jwks },
        admit: () => {
          if (!isGood) throw new UnauthenticatedError("gone");
        },
      },
    ],
    clockToleranceSeconds: 5,
  });
  const token = await sign(CLAIMS);
  await verify(token);
  isGood = false;
  expect(() => verify(token)).toThrow("gone");
});

test("a clock that is a little off does not matter", async () => {
  await expect(verifier()(await sign(CLAIMS, { expires: "-3s" }))).resolves.toMatchObject({
    id: "u-1",
  });
});

test("keys are read from where the issuer publishes them, and their absence is nobody's guilt", async () => {
  let isUp = true;
  const server = createServer((_request, response) => {
    response.writeHead(isUp ? 200 : 503, { "content-type": "application/json" });
    response.end(JSON.stringify(jwks));
  }).listen(0);
  const { port } = server.address() as AddressInfo;
  const jwksUrl = new URL(`http://127.0.0.1:${String(port)}/jwks`);
  try {
    await expect(verifier({ jwksUrl })(await sign(CLAIMS))).resolves.toMatchObject({ id: "u-1" });
    isUp = false;
    await expect(verifier({ jwksUrl })(await sign(CLAIMS))).rejects.toBeInstanceOf(
      IdentityUnavailableError,
    );
  } finally {
    server.close();
  }
  await expect(verifier({ jwksUrl })(await sign(CLAIMS))).rejects.toBeInstanceOf(
    IdentityUnavailableError,
  );
});

/** An issuer that publishes its keys, changes them, and counts who asks. */
async function withRotatingIssuer(
  work: (issuer: {
    readonly jwksUrl: URL;
    readonly rotate: (kid: string, keepOld: boolean) => Promise<() => Promise<string>>;
    readonly fetches: () => number;
  }) => Promise<void>,
): Promise<void> {
  const keys: JSONWebKeySet["keys"] = [];
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches += 1;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ keys }));
  }).listen(0);
  const { port } = server.address() as AddressInfo;
  try {
    await work({
      jwksUrl: new URL(`http://127.0.0.1:${String(port)}/jwks`),
      fetches: () => fetches,
      rotate: async (kid, keepOld) => {
        const pair = await generateKeyPair("ES256");
        if (!keepOld) keys.length = 0;
        keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg: "ES256" });
        return () =>
          new SignJWT({ ...CLAIMS, jti: String(Math.random()) })
            .setProtectedHeader({ alg: "ES256", kid })
            .setIssuer(ISSUER)
            .setAudience(AUDIENCE)
            .setExpirationTime("1h")
            .sign(pair.privateKey);
      },
    });
  } finally {
    server.close();
  }
}

test("a new key is fetched at once, and one that is gone counts no more", () =>
  withRotatingIssuer(async ({ jwksUrl, rotate, fetches }) => {
    const verify = createTokenVerifier({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: { jwksUrl } }],
      clockToleranceSeconds: 5,
      keysCooldownMs: 0,
    });
    const signOld = await rotate("old", true);
    await verify(await signOld());
    const signNew = await rotate("new", true);
    await verify(await signNew());
    await verify(await signOld());
    expect(fetches()).toBe(2);
    const signNewest = await rotate("newest", false);
    await verify(await signNewest());
    for (const sign_ of [signOld, signNew]) {
      await expect(verify(await sign_())).rejects.toBeInstanceOf(UnauthenticatedError);
    }
  }));

test("tokens with keys that nobody knows do not have the issuer asked again and again", () =>
  withRotatingIssuer(async ({ jwksUrl, rotate, fetches }) => {
    const verify = createTokenVerifier({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: { jwksUrl } }],
      clockToleranceSeconds: 5,
    });
    const signGood = await rotate("good", true);
    await verify(await signGood());
    const stranger = (await generateKeyPair("ES256")).privateKey;
    for (let tries = 0; tries < 20; tries += 1) {
      const token = await new SignJWT(CLAIMS)
        .setProtectedHeader({ alg: "ES256", kid: `unknown-${String(tries)}` })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setExpirationTime("1h")
        .sign(stranger);
      await expect(verify(token)).rejects.toBeInstanceOf(UnauthenticatedError);
    }
    expect(fetches()).toBe(1);
  }));
