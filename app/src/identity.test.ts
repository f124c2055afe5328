import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantOf, UnauthenticatedError } from "@crossdock/domain";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createPartnerDirectory, type PartnerDirectory } from "@crossdock/partners";
import { createLogger, systemClock } from "@crossdock/runtime";
import { readCrossdockYaml, type IdentityConfig } from "./config/crossdock-yaml.ts";
import { createIdentity } from "./identity.ts";
import { openLocalIssuer } from "./local-issuer.ts";

const FILE = join(__dirname, "../../crossdock.yaml");
const VARIABLES = { SANDBOX_URL: "http://127.0.0.1:4100" };
const logger = createLogger({ name: "test", level: "silent" });

let directory: string;
let opened: TestLedger;
let partners: PartnerDirectory;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "identity-"));
  opened = await openTestLedger();
  partners = createPartnerDirectory({ ledger: opened.ledger, clock: systemClock, logger });
  await partners.start();
}, 30_000);
afterAll(async () => {
  await partners.stop();
  await opened.close();
  await rm(directory, { recursive: true });
});

/** The section `identity` of crossdock.yaml, when this is added to the file that comes with the program. */
async function configOf(identity: string): Promise<IdentityConfig> {
  const file = join(directory, "crossdock.yaml");
  await writeFile(file, `${await readFile(FILE, "utf8")}\n${identity}\n`);
  return (await readCrossdockYaml(file, VARIABLES)).identity;
}

const identityOf = (config: IdentityConfig) =>
  createIdentity({
    config,
    partners,
    dataDir: directory,
    publicUrl: "http://127.0.0.1:4000",
    sandboxUrl: "http://127.0.0.1:4100",
  });

test("the local issuer is believed unless the configuration switches it off", async () => {
  const issuer = await openLocalIssuer(directory);
  const token = await issuer.mintToken({ role: "operator", customers: "all", ttlSeconds: 60 });
  const believing = await identityOf(await configOf(""));
  expect(await believing.verifyToken(token)).toMatchObject({ role: "operator" });
  expect(await believing.startPage()).toMatch(/eyJ/);

  const other = await identityOf(await configOf("identity: { local: false }"));
  await expect(other.verifyToken(token)).rejects.toBeInstanceOf(UnauthenticatedError);
  expect(other.localIssuer).toBeNull();
  expect(await other.startPage()).not.toMatch(/eyJ/);
});

test("a token of the endpoint's own name is worth nothing without a key", async () => {
  const issuer = await openLocalIssuer(directory);
  const { verifyToken } = await identityOf(await configOf(""));
  const token = await issuer.mintPartnerToken({
    issuer: "http://127.0.0.1:4000",
    viewer: {
      id: "acme",
      name: "Acme",
      clientId: "acme",
      role: "partner",
      scopes: ["orders:read"],
      customers: [],
      expiresAt: systemClock.now(),
    },
    scopes: ["orders:read"],
    keyId: "0".repeat(16),
    expiresAt: instantOf(new Date(Date.now() + 60_000)),
  });
  await expect(verifyToken(token)).rejects.toThrow("The API key is not valid.");
});

test.each([
  ["jwksUrl: http://id.example.com/keys", /jwksUrl: it must begin with https/],
  ["jwksUrl: https://id.example.com/keys, role: root", /role/],
  ["jwksUrl: https://id.example.com/keys, role: portal, roles: { a: portal }", /without `roles`/],
])("an issuer with %s is refused, naming the place", async (given, message) => {
  const config = configOf(`identity: { issuers: [{ issuer: x, audience: y, ${given} }] }`);
  await expect(config).rejects.toThrow(message);
});
