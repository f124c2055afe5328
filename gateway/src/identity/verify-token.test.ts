import { UnauthenticatedError } from "@crossdock/domain";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
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
let jwks: JSONWebKeySet;
beforeAll(async () => {
  const pair = await generateKeyPair("ES256");
  privateKey = pair.privateKey;
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

test("a token that is foreign, forged, expired, for others or no token is refused", async () => {
  const stranger = (await generateKeyPair("ES256")).privateKey;
  const payload = Buffer.from(
    JSON.stringify({ ...CLAIMS, iss: ISSUER, aud: AUDIENCE, exp: 9e9 }),
  ).toString("base64url");
  const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
  const tokens = [
    await sign(CLAIMS, { key: stranger }),
    await sign(CLAIMS, { issuer: "https://other.test/" }),
    await sign(CLAIMS, { audience: "somebody-else" }),
    await sign(CLAIMS, { expires: "-1h" }),
    await sign({ ...CLAIMS, role: "superuser" }),
    await sign({ ...CLAIMS, customers: "C10010" }),
    await sign({ ...CLAIMS, customers: ["../all"] }),
    unsigned,
    "rubbish",
    "",
  ];
  for (const token of tokens) {
    await expect(verifier()(token)).rejects.toBeInstanceOf(UnauthenticatedError);
  }
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
