import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SCOPES_OF_ROLE } from "@crossdock/domain";
import { createTokenVerifier } from "@crossdock/gateway";
import { openLocalIssuer } from "./local-issuer.ts";
import type { LocalIssuer } from "./local-issuer.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "issuer-"));
});
afterEach(() => rm(directory, { recursive: true }));

const verifierOf = ({ issuer, audience, jwks }: LocalIssuer) =>
  createTokenVerifier({
    issuers: [{ issuer, audience, keys: { jwks } }],
    clockToleranceSeconds: 0,
  });

test("a token of the local issuer is believed, also after a restart", async () => {
  const token = await (
    await openLocalIssuer(directory)
  ).mintToken({ role: "operator", customers: "all", ttlSeconds: 60 });
  const viewer = await verifierOf(await openLocalIssuer(directory))(token);
  expect(viewer).toMatchObject({
    id: "local-operator",
    clientId: "local-operator",
    role: "operator",
    customers: "all",
    scopes: SCOPES_OF_ROLE.operator,
  });
});

test("the key is readable by its owner only, and its private half is never published", async () => {
  const { jwks } = await openLocalIssuer(directory);
  expect(((await stat(join(directory, "issuer.json"))).mode & 0o777).toString(8)).toBe("600");
  expect(jwks.keys[0]).not.toHaveProperty("d");
});

test("issuers that start at once share one key", async () => {
  const issuers = await Promise.all(Array.from({ length: 5 }, () => openLocalIssuer(directory)));
  expect(new Set(issuers.map(({ jwks }) => jwks.keys[0]?.kid)).size).toBe(1);
  expect(await readdir(directory)).toEqual(["issuer.json"]);
});

test("the tokens of another data directory are not believed", async () => {
  const foreign = await openLocalIssuer(join(directory, "other"));
  const token = await foreign.mintToken({ role: "portal", customers: [], ttlSeconds: 60 });
  await expect(verifierOf(await openLocalIssuer(directory))(token)).rejects.toThrow(
    /does not verify/,
  );
});

test("a broken key file is named, not replaced", async () => {
  await writeFile(join(directory, "issuer.json"), "{");
  await expect(openLocalIssuer(directory)).rejects.toThrow(/issuer\.json does not hold a key/);
});

test("ctl prints a token and nothing else", async () => {
  const run = (...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      ["--import", "tsx", join(__dirname, "ctl.ts"), "token", ...args],
      {
        env: { ...process.env, CROSSDOCK_DATA: directory },
      },
    );
  const [portal, operator, refused] = await Promise.all([
    run("portal", "--customer", "C10020", "--customer", "C10030", "--ttl", "1h"),
    run("operator"),
    run("nobody").catch((error: unknown) => error as { code: number; stderr: string }),
  ]);
  const verify = verifierOf(await openLocalIssuer(directory));
  expect(await verify(portal.stdout.trim())).toMatchObject({ customers: ["C10020", "C10030"] });
  expect(await verify(operator.stdout.trim())).toMatchObject({ customers: "all" });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("Allowed choices") });
});
