import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "graphql";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import {
  createPersistedApolloClient,
  type GeneratedManifest,
} from "../clients/apollo-persisted.ts";
import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { anOrder } from "../src/placing-orders.ts";
import { runProgram } from "../src/program.ts";
import { startStack, type Stack } from "../src/stack.ts";

const run = promisify(execFile);
const MINE = "C10010";
const SKU = "NG-10001";
const GENERATOR = join(
  __dirname,
  "../../node_modules/@apollo/generate-persisted-query-manifest/cli.js",
);
/** What a partner's program asks for, a file for each operation: the generator wants it so. */
const PARTNER_APP = join(__dirname, "../partner-app");
/** For a subscription to be opened, before what it is to tell of is done. */
const OPEN_MS = 3_000;

jest.setTimeout(150_000);

let stack: Stack;
let folder = "";
let file = "";
let manifest: GeneratedManifest = { operations: [] };
let acme = "";
let other = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdock-manifest-"));
  stack = await startStack({ speed: STANDING_STILL, sweepSeconds: NO_SWEEPS_SECONDS });
  await cp(PARTNER_APP, folder, { recursive: true });
  await run(process.execPath, [GENERATOR], { cwd: folder });
  file = join(folder, "persisted-query-manifest.json");
  manifest = JSON.parse(await readFile(file, "utf8")) as GeneratedManifest;
  acme = await createPartner("acme");
  other = await createPartner("other-partner");
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What `npm run --silent ctl -- …` prints, and its exit code. */
async function ctl(...args: readonly string[]) {
  const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", args);
  program.ready.catch(() => undefined);
  const { code } = await program.exited;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

/** @returns its key */
async function createPartner(clientId: string, terms: object = {}): Promise<string> {
  const agreed = { name: "Acme Ltd", customers: [MINE], operations: "persistedOnly", ...terms };
  const response = await fetch(`${stack.url}/partners`, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer(await stack.token("operator")) },
    body: JSON.stringify({ clientId, ...agreed }),
  });
  const { key } = (await response.json()) as { readonly key: { readonly text: string } };
  return key.text;
}

const idOf = (name: string) => manifest.operations.find((each) => each.name === name)?.id ?? "";
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const extensionsOf = (id: string) => ({ persistedQuery: { version: 1, sha256Hash: id } });

type Told = {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
  readonly extensions?: { readonly cost?: { readonly sourceCalls?: number } };
};
type Asked = { query?: string; variables?: object; extensions?: object };

async function post(key: string, asked: Asked, headers: object = {}): Promise<Told> {
  const response = await fetch(`${stack.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer(key), ...headers },
    body: JSON.stringify(asked),
  });
  return (await response.json()) as Told;
}

function get(key: string, asked: Asked, headers: object = {}): Promise<Response> {
  const search = new URLSearchParams({
    ...(asked.query === undefined ? {} : { query: asked.query }),
    variables: JSON.stringify(asked.variables ?? {}),
    extensions: JSON.stringify(asked.extensions ?? {}),
  });
  return fetch(`${stack.url}/graphql?${search.toString()}`, {
    headers: { "apollo-require-preflight": "true", ...bearer(key), ...headers },
  });
}

async function overEvents(key: string, asked: Asked): Promise<Told> {
  const text = await (await get(key, asked, { accept: "text/event-stream" })).text();
  return JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? "{}") as Told;
}

async function overSocket(key: string, asked: Asked, onOpen?: () => Promise<void>): Promise<Told> {
  const client = createClient({
    url: `${stack.url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: bearer(key),
  });
  try {
    return await new Promise<Told>((resolve, reject) => {
      client.subscribe({ query: "", ...asked } as never, {
        next: (result) => {
          resolve(result as unknown as Told);
        },
        error: (cause) => {
          if (Array.isArray(cause)) resolve({ errors: cause as never });
          else reject(cause instanceof Error ? cause : new Error(JSON.stringify(cause)));
        },
        complete: () => undefined,
      });
      onOpen?.().catch(reject);
    });
  } finally {
    await client.dispose();
  }
}

const codesOf = ({ errors }: Told) => errors?.map(({ extensions }) => extensions.code);
const WAYS: readonly ((key: string, asked: Asked) => Promise<Told>)[] = [
  post,
  async (key, asked) => (await (await get(key, asked)).json()) as Told,
  overEvents,
  overSocket,
];

test("a manifest of Apollo's generator is accepted as it is, and is in use at once when it is promoted", async () => {
  expect(manifest.operations).toHaveLength(5);
  const byId = { extensions: extensionsOf(idOf("PartnerOrders")) };
  const lint = await ctl("manifest", "lint", file, "--client", "acme");
  expect(lint).toMatchObject({ code: 0 });
  expect(lint.stdout).toMatch(/PartnerOrders +query +\d+ +\d+/);
  const pushed = await ctl(
    "manifest",
    "push",
    file,
    "--client",
    "acme",
    "--manifest-version",
    "1.0",
  );
  expect(pushed).toMatchObject({ code: 0 });
  expect(codesOf(await post(acme, byId))).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
  expect(await ctl("manifest", "promote", "1.0", "--client", "acme")).toMatchObject({ code: 0 });
  expect(codesOf(await post(acme, byId))).toBeUndefined();
  const { stdout } = await ctl("manifest", "list", "--json");
  expect(JSON.parse(stdout)).toMatchObject([
    { clientId: "acme", version: "1.0", status: "promoted", operations: 5 },
  ]);
});

test("its operations run by their ids over every transport, and texts and other's ids over none", async () => {
  const orders = { extensions: extensionsOf(idOf("PartnerOrders")), variables: { first: 2 } };
  const body = manifest.operations.find(({ name }) => name === "PartnerOrders")?.body ?? "";
  for (const send of WAYS) {
    const { data, errors } = await send(acme, orders);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ orders: { edges: [{}, {}] } });
    for (const query of [body, "{ viewer { id } }", "{ __schema { types { name } } }"]) {
      expect(codesOf(await send(acme, { query }))).toEqual(["PERSISTED_QUERY_REQUIRED"]);
    }
    const theirs = await send(other, orders);
    expect(codesOf(theirs)).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
    const nobodys = await send(other, { extensions: extensionsOf("0".repeat(64)) });
    expect(nobodys.errors).toEqual(theirs.errors);
  }
  const response = await get(acme, orders);
  expect(response.headers.get("cache-control")).toBe("no-store");
  await response.text();
});

test("a mutation runs by its id over POST alone, and a subscription tells of it", async () => {
  const submit = {
    extensions: extensionsOf(idOf("PartnerSubmits")),
    variables: { input: anOrder(MINE) },
  };
  const overGet = await get(acme, submit);
  expect(overGet.status).toBe(405);
  await overGet.text();
  const asked = { extensions: extensionsOf(idOf("PartnerChanges")) };
  const event = await overSocket(acme, asked, async () => {
    await new Promise((resolve) => setTimeout(resolve, OPEN_MS));
    const { data } = await post(acme, submit);
    expect(data).toMatchObject({ submitOrder: { userErrors: [] } });
  });
  expect(event.data).toMatchObject({ orderChanged: { order: { status: expect.any(String) } } });
});

test("Apollo Client runs against it with its own link for persisted queries", async () => {
  const client = createPersistedApolloClient(stack.url, acme, manifest);
  const names = await readdir(join(PARTNER_APP, "src"));
  const texts = names.map((name) => readFile(join(PARTNER_APP, "src", name), "utf8"));
  const all = parse((await Promise.all(texts)).join("\n"));
  const only = (name: string) => ({
    ...all,
    definitions: all.definitions.filter(
      (each) =>
        each.kind === "FragmentDefinition" ||
        (each.kind === "OperationDefinition" && each.name?.value === name),
    ),
  });
  const { data, error } = await client.query({
    query: only("PartnerOrders"),
    variables: { first: 3 },
  });
  expect(error).toBeUndefined();
  expect(data).toMatchObject({ orders: { edges: [{}, {}, {}] } });
  await expect(client.query({ query: parse("query Mine { viewer { id } }") })).rejects.toThrow();
  client.stop();
});

test("no operation costs more calls of the sources than it was priced at", async () => {
  const { stdout } = await ctl("manifest", "lint", file, "--client", "acme", "--json");
  const { operations } = JSON.parse(stdout) as {
    operations: { name: string; id: string; sourceCalls: number }[];
  };
  const orders = await post(acme, { extensions: extensionsOf(idOf("PartnerOrders")) });
  const edges = (orders.data?.["orders"] as { edges: { node: { id: string } }[] }).edges;
  const variables: Readonly<Record<string, object>> = {
    PartnerOrders: { first: 100 },
    PartnerOrder: { id: edges[0]?.node.id },
    PartnerAvailability: { skus: [SKU, "NG-10002", "NG-10003"] },
  };
  const asNow = { "crossdock-max-age": "0" };
  let called = 0;
  for (const { name, id, sourceCalls } of operations) {
    if (variables[name] === undefined) continue;
    const asked = { extensions: extensionsOf(id), variables: variables[name] };
    const { errors, extensions } = await post(acme, asked, asNow);
    expect(errors).toBeUndefined();
    const calls = extensions?.cost?.sourceCalls ?? Number.NaN;
    called += calls;
    expect({ name, isWithin: calls <= sourceCalls, calls, sourceCalls }).toMatchObject({
      isWithin: true,
    });
  }
  expect(called).toBeGreaterThan(0);
});

test("an operation that may cost more than its client has is refused, with its name and the number", async () => {
  await createPartner("small", { pointsPerMinute: 100 });
  const { code, stdout } = await ctl("manifest", "lint", file, "--client", "small");
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /refused: PartnerOrders \(\w+\): it may cost \d{3,} points; the client may spend in a minute 100\./,
  );
  await createPartner("few", { sourceCallsPerMinute: 1 });
  const push = ["manifest", "push", file, "--client", "few", "--manifest-version", "1"];
  const refused = await ctl(...push);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toMatch(
    /it may cost \d+ source calls; the client may spend in a minute 1/,
  );
  expect((await ctl("manifest", "list", "--client", "few")).stdout).toContain("no manifests");
});

test("what cannot be run is refused, and what is not written as a command is wrong usage", async () => {
  const bad = join(folder, "bad.json");
  const operations = [
    { id: "a", name: "A", type: "query", body: "query A { noSuchField }" },
    { id: "b", name: "B", type: "query", body: "query Other { viewer { id } }" },
    { id: "b", name: "C", type: "query", body: "query C { viewer { id } }" },
  ];
  const format = "apollo-persisted-query-manifest";
  await writeFile(bad, JSON.stringify({ format, version: 1, operations }));
  const { code, stdout } = await ctl("manifest", "lint", bad, "--client", "acme");
  expect(code).toBe(1);
  expect(stdout).toMatch(/refused: A \(a\): Cannot query field "noSuchField"/);
  expect(stdout).toMatch(/refused: B \(b\): its body is the query Other, not the query B\./);
  expect(stdout).toMatch(/refused: C \(b\): another operation has the same id\./);
  expect((await ctl("manifest", "lint", file)).code).toBe(2);
  expect((await ctl("manifest", "lint", file, "--client", "nobody")).code).toBe(4);
});

test("two versions are in use until one is retired, which is at once", async () => {
  const next = join(folder, "next.json");
  const added = { id: "me-1", name: "Me", type: "query", body: "query Me { viewer { id } }" };
  const format = "apollo-persisted-query-manifest";
  await writeFile(next, JSON.stringify({ format, version: 1, operations: [added] }));
  await ctl("manifest", "push", next, "--client", "acme", "--manifest-version", "2.0");
  expect((await ctl("manifest", "promote", "2.0", "--client", "acme")).code).toBe(0);
  const old = { extensions: extensionsOf(idOf("PartnerOrders")) };
  const me = { extensions: extensionsOf("me-1") };
  expect(codesOf(await post(acme, old))).toBeUndefined();
  expect(codesOf(await post(acme, me))).toBeUndefined();
  expect((await ctl("manifest", "retire", "1.0", "--client", "acme")).code).toBe(0);
  expect(codesOf(await post(acme, old))).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
  expect(codesOf(await post(acme, me))).toBeUndefined();
});
