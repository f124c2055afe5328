import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releasedSchemaOf } from "./released-schema.ts";

jest.setTimeout(120_000);

const root = join(__dirname, "../../..");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdock-schema-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** `npm run --silent schema:check -- …` over the schemas of this folder. */
function schemaCheck(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const argv = ["--import", "tsx", "gateway/src/schema-check/schema-check-cli.ts", ...args];
    execFile(process.execPath, argv, { cwd: root }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

/** A release that had two fields more than the schema has now. */
async function writeReleaseWithMore(): Promise<string> {
  const now = await readFile(join(root, "supergraph.graphql"), "utf8");
  const more = releasedSchemaOf(now).replace(
    /(type Order\s[^{]*\{)/,
    "$1 grandTotal: Int @join__field(graph: ORDERS) colour: Int @join__field(graph: ORDERS)",
  );
  expect(more).toContain("grandTotal");
  const file = join(folder, "release.graphql");
  await writeFile(file, more);
  return file;
}

test("a manifest that asks for what is gone makes it fail and names the partner, what nobody uses is a note", async () => {
  const against = await writeReleaseWithMore();
  const operation = {
    id: "1",
    name: "Totals",
    type: "query",
    body: "query Totals($id: ID!) { order(id: $id) { grandTotal } }",
  };
  const manifest = {
    format: "apollo-persisted-query-manifest",
    version: 1,
    operations: [operation],
  };
  const manifests = await mkdtemp(join(folder, "manifests-"));
  await writeFile(join(manifests, "acme-edi.json"), JSON.stringify(manifest));
  const broken = await schemaCheck("--against", against, "--manifests", manifests);
  expect(broken.stdout).toContain(
    "client acme-edi: operation Totals would break: Order.grandTotal is gone.",
  );
  expect(broken.stdout).toMatch(/Note: [^\n]*\n {2}Order\.colour is gone\./);
  expect(broken.code).toBe(1);

  const unused = await schemaCheck("--against", against, "--json");
  expect(unused.code).toBe(0);
  expect(JSON.parse(unused.stdout)).toMatchObject({
    isOk: true,
    judgement: { broken: [], changes: [{ verdict: "passes" }, { verdict: "passes" }] },
  });
});

test("what cannot be read ends it with 2 and says what", async () => {
  const nowhere = await schemaCheck("--against", "no-such-revision");
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining("no-such-revision") });
  await writeFile(join(folder, "acme.json"), "{}");
  const noManifest = await schemaCheck("--manifests", folder);
  expect(noManifest).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/acme\.json is not a manifest/),
  });
  expect(await schemaCheck("--wrong")).toMatchObject({ code: 2 });
});
