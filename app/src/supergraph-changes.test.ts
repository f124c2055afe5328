import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UnauthenticatedError, type Instant } from "@crossdock/domain";
import { createGateway, type Gateway, type SubgraphTransport } from "@crossdock/gateway";
import { createLogger } from "@crossdock/runtime";
import fastify, { type FastifyInstance } from "fastify";
import {
  breaksNothing,
  checkSupergraph,
  explainInspection,
  reloadSupergraph,
} from "./supergraph-desk.ts";
import { watchSupergraphFile } from "./supergraph-file.ts";
import { registerSupergraph } from "./supergraph-routes.ts";

const SUBGRAPHS = ["orders", "inventory", "shipments", "billing", "operations"];
const logger = createLogger({ name: "test", level: "silent" });
/** Elsewhere, and nobody asks anything of it here. */
const transport: SubgraphTransport = {
  execute: () => Promise.reject(new Error("nobody asks")),
  subscribe: () => Promise.reject(new Error("nobody asks")),
};

let directory: string;
let served: string;
let gateway: Gateway;
let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "supergraph-"));
  served = await readFile(new URL("../../supergraph.graphql", import.meta.url), "utf8");
  const verifyToken = (token: string) => {
    if (token !== "operator" && token !== "portal") {
      return Promise.reject(new UnauthenticatedError("The token is not ours."));
    }
    return Promise.resolve({
      id: "user-1",
      name: null,
      clientId: "test",
      role: token,
      scopes: token === "operator" ? ["operations:write"] : ["orders:read"],
      customers: "all" as const,
      expiresAt: "2099-01-01T00:00:00.000Z" as Instant,
    } as const);
  };
  gateway = await createGateway({
    supergraphSdl: served,
    subgraphs: Object.fromEntries(SUBGRAPHS.map((name) => [name, transport])),
    verifyToken,
    logger,
  });
  app = fastify();
  registerSupergraph(app, { gateway, verifyToken });
  url = await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(async () => {
  await app.close();
  await gateway.stop();
  await rm(directory, { recursive: true });
});

const changed = (comment: string) => `${served}\n# ${comment}\n`;

async function fileOf(name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
  return file;
}

test("only an operator sees and changes the supergraph", async () => {
  const ask = async (token: string | null) => {
    const headers: Record<string, string> =
      token === null ? {} : { authorization: `Bearer ${token}` };
    return (await fetch(`${url}/supergraph`, { headers })).status;
  };
  expect([await ask(null), await ask("wrong"), await ask("portal"), await ask("operator")]).toEqual(
    [401, 401, 403, 200],
  );
});

test("a file is checked and served from a shell, and one that cannot be is refused with the reason", async () => {
  const address = { url, token: "operator" };
  const { version } = gateway.supergraph();
  const good = await fileOf("good.graphql", changed("by hand"));
  const found = await checkSupergraph(address, good);
  expect(breaksNothing(found)).toBe(true);
  expect(explainInspection(found)).toBe(`supergraph ${found.version} breaks nothing`);
  expect(gateway.supergraph().version).toBe(version);
  expect(await reloadSupergraph(address, good)).toMatch(/is served; subscriptions: 0 go on/);
  expect(gateway.supergraph().version).toBe(found.version);
  expect(await reloadSupergraph(address, good)).toMatch(/is served already/);

  const bad = await fileOf("bad.graphql", "type Query {");
  expect(explainInspection(await checkSupergraph(address, bad))).toMatch(
    /refused: .* does not parse/,
  );
  await expect(reloadSupergraph(address, bad)).rejects.toThrow(/does not parse/);
  await expect(reloadSupergraph(address, join(directory, "none"))).rejects.toThrow(
    /cannot be read/,
  );
  expect(gateway.supergraph()).toMatchObject({
    version: found.version,
    lastRefused: { problems: [expect.stringMatching(/does not parse/)] },
  });
});

test("what guards less is told", async () => {
  const open = await fileOf("open.graphql", served.replace(/ @authenticated$/m, ""));
  const found = await checkSupergraph({ url, token: "operator" }, open);
  expect(explainInspection(found)).toMatch(/guards less: .* is no longer @authenticated/);
});

test("a file is served when it changes; one that is refused or gone leaves the last good one", async () => {
  const version = () => gateway.supergraph().version;
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const file = await fileOf("watched.graphql", changed("first"));
  const before = version();
  const watch = watchSupergraphFile({ file, gateway, logger, lookEveryMs: 10 });
  await until(() => version() !== before);
  const first = version();
  await fileOf("watched.graphql", "broken {");
  const refusedBefore = gateway.supergraph().lastRefused?.version;
  await until(() => gateway.supergraph().lastRefused?.version !== refusedBefore);
  expect(version()).toBe(first);
  await rm(file);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await fileOf("watched.graphql", changed("second"));
  await until(() => version() !== first);
  await watch.stop();
});
