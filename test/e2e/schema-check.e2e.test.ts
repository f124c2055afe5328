import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kind, parse, print, visit, type FieldDefinitionNode } from "graphql";
import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { runProgram } from "../src/program.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { until } from "../src/until.ts";

const ACME = "acme-edi";
const MINE = "C10010";
/** Usage is handed to the ledger every five seconds. */
const WITHIN_MS = 40_000;
const ROOT = join(__dirname, "../..");

jest.setTimeout(120_000);

let stack: Stack;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdock-schema-"));
  stack = await startStack({ speed: STANDING_STILL, sweepSeconds: NO_SWEEPS_SECONDS });
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

/** The supergraph that is served, with one field of an order another way; `null` takes it out. */
async function writeChanged(
  field: string,
  change: (node: FieldDefinitionNode) => FieldDefinitionNode | null,
): Promise<string> {
  const supergraph = parse(await readFile(join(ROOT, "supergraph.graphql"), "utf8"));
  const changed = visit(supergraph, {
    ObjectTypeDefinition: (type) => (type.name.value === "Order" ? undefined : false),
    FieldDefinition: (node) => (node.name.value === field ? change(node) : undefined),
  });
  const file = join(folder, `${field}.graphql`);
  await writeFile(file, print(changed));
  return file;
}

const send = (token: string, body: object) =>
  fetch(`${stack.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });

test("a change that breaks a partner's promoted manifest fails and names the partner; what nobody uses is a note", async () => {
  const made = await ctl("partner", "create", ACME, "--name", "Acme Ltd", "--customer", MINE);
  expect(made).toMatchObject({ code: 0 });
  const operation = {
    id: "totals-1",
    name: "Totals",
    type: "query",
    body: "query Totals($id: ID!) { order(id: $id) { id total { amount } } }",
  };
  const manifest = join(folder, "manifest.json");
  await writeFile(
    manifest,
    JSON.stringify({
      format: "apollo-persisted-query-manifest",
      version: 1,
      operations: [operation],
    }),
  );
  const client = ["--client", ACME];
  const pushed = await ctl("manifest", "push", manifest, ...client, "--manifest-version", "1.0");
  expect(pushed).toMatchObject({ code: 0 });
  expect(await ctl("manifest", "promote", "1.0", ...client)).toMatchObject({ code: 0 });

  const broken = await ctl("schema", "check", await writeChanged("total", () => null));
  expect(broken.stdout).toContain(
    `client ${ACME}: operation Totals would break: Order.total is gone.`,
  );
  expect(broken.code).toBe(1);

  const unused = await ctl("schema", "check", await writeChanged("channel", () => null));
  expect(unused.stdout).toMatch(/Note: [^\n]*\n {2}Order\.channel is gone\./);
  expect(unused).toMatchObject({ code: 0 });
});

test("what a client has used is not taken away: it is named with the count, and no value that it sent is kept", async () => {
  const token = await stack.token("portal", MINE);
  const query =
    "query Mine($f: OrderFilter) { orders(first: 1, filter: $f) { edges { node { placedAt } } } }";
  const variables = { f: { customerReference: "PO-TELLTALE" } };
  for (let run = 0; run < 3; run += 1) await (await send(token, { query, variables })).text();
  const file = await writeChanged("placedAt", () => null);
  const found = await until(
    () => ctl("schema", "check", file, "--json"),
    ({ stdout }) => stdout.includes('"count": 3'),
    WITHIN_MS,
  );
  expect(found.code).toBe(1);
  expect(JSON.parse(found.stdout)).toMatchObject({
    judgement: {
      changes: [
        {
          coordinate: "Order.placedAt",
          verdict: "breaks",
          concerned: [{ clientId: "local-portal", operationName: "Mine", known: "usage" }],
        },
      ],
    },
  });
  const inUse = join(folder, "in-use.json");
  expect(await ctl("schema", "pull", inUse)).toMatchObject({ code: 0 });
  const kept = await readFile(inUse, "utf8");
  expect(kept).toContain("OrderFilter.customerReference");
  expect(kept).not.toContain("TELLTALE");
});

test("what is going away is told in the answers that use it, and operators see who still does", async () => {
  const reason = "Use status; since 2026-11-01 until 2027-03-31.";
  const file = await writeChanged("channel", (node) => ({
    ...node,
    directives: [
      ...(node.directives ?? []),
      {
        kind: Kind.DIRECTIVE,
        name: { kind: Kind.NAME, value: "deprecated" },
        arguments: [
          {
            kind: Kind.ARGUMENT,
            name: { kind: Kind.NAME, value: "reason" },
            value: { kind: Kind.STRING, value: reason },
          },
        ],
      },
    ],
  }));
  expect(await ctl("supergraph", "reload", file)).toMatchObject({ code: 0 });
  const token = await stack.token("portal", MINE);
  const answer = await send(token, {
    query: "query Channels { orders(first: 1) { edges { node { channel } } } }",
  });
  expect(await answer.json()).toMatchObject({ data: { orders: { edges: expect.anything() } } });
  expect(answer.headers.get("sunset")).toBe("Thu, 01 Apr 2027 00:00:00 GMT");
  expect(answer.headers.get("deprecation")).toBe("@1793491200");
  const told = await until(
    () => ctl("deprecations"),
    ({ stdout }) => stdout.includes("local-portal"),
    WITHIN_MS,
  );
  expect(told.stdout).toMatch(/^Order\.channel: since 2026-11-01, until 2027-03-31/);
  expect(told.stdout).toMatch(/local-portal: Channels, 1 times/);
});

test("only operators may know who uses what", async () => {
  const url = `${stack.url}/schema/in-use`;
  const status = async (headers: Record<string, string>) => (await fetch(url, { headers })).status;
  const portal = await stack.token("portal", MINE);
  expect(await status({})).toBe(401);
  expect(await status({ authorization: `Bearer ${portal}` })).toBe(403);
});
