import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocalIssuer } from "@crossdock/app";
import {
  createGateway,
  createHttpTransport,
  createTokenVerifier,
  openPolicyOf,
} from "@crossdock/gateway";
import { createLogger } from "@crossdock/runtime";
import { fastify } from "fastify";
import type { ContestantPlace, CrossdockWay } from "./contestants.ts";

/**
 * This gateway over the shop's subgraphs, with all that it does for a request in the product: the caller's token is
 * verified, what may be had is decided, limits and quotas are counted. The quota is only too large to be reached.
 */
const { supergraphFile, subgraphs, hasToken, ...way } = JSON.parse(
  process.argv[2] ?? "",
) as ContestantPlace & CrossdockWay;
const TOKEN_SECONDS = 4 * 3_600;

const dataDir = await mkdtemp(join(tmpdir(), "crossdock-bench-"));
const issuer = await openLocalIssuer(dataDir);
const gateway = await createGateway({
  supergraphSdl: await readFile(supergraphFile, "utf8"),
  subgraphs: Object.fromEntries(
    subgraphs.map(({ name, url }) => [name, createHttpTransport({ url: new URL(url) })]),
  ),
  verifyToken: createTokenVerifier({
    issuers: [{ issuer: issuer.issuer, audience: issuer.audience, keys: { jwks: issuer.jwks } }],
    clockToleranceSeconds: 0,
  }),
  clientPolicies: {
    policyOf: (viewer) => ({
      ...openPolicyOf(viewer),
      pointsPerMinute: Number.MAX_SAFE_INTEGER,
    }),
    onChange: () => () => undefined,
  },
  logger: createLogger({ name: "bench", level: "warn" }),
  ...way,
});
const app = fastify();
gateway.registerGraphql(app);
await app.listen({ port: 0, host: "127.0.0.1" });
const { port } = app.server.address() as AddressInfo;
const token = await issuer.mintToken({
  role: "operator",
  customers: "all",
  ttlSeconds: TOKEN_SECONDS,
});
await rm(dataDir, { recursive: true, force: true });
process.send?.({
  url: `http://127.0.0.1:${String(port)}/graphql`,
  headers: hasToken ? { authorization: `Bearer ${token}` } : {},
});
