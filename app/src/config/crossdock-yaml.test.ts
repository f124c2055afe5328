import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@crossdock/runtime";
import { readCrossdockYaml } from "./crossdock-yaml.ts";

const OURS = join(__dirname, "../../../crossdock.yaml");
const SANDBOX = { SANDBOX_URL: "http://127.0.0.1:4100" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdock-config-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** The configuration that comes with the program, with another secret for the ERP. */
async function withErpSecret(secret: string): Promise<string> {
  const file = join(folder, "crossdock.yaml");
  const text = (await readFile(OURS, "utf8")).replace("sandbox-erp-secret", secret);
  await writeFile(file, text);
  return file;
}

async function problemsOf(reading: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await reading.catch((reason: unknown) => reason);
  if (error instanceof ConfigError) return error.problems;
  throw new Error("It was read.");
}

test("a secret is what a file holds, without the line break at its end", async () => {
  const path = join(folder, "erp-secret");
  await writeFile(path, "a secret: of ${NOBODY}\n");
  const file = await withErpSecret(`"\${file:${path}}"`);
  const { sources } = await readCrossdockYaml(file, SANDBOX);
  expect(sources.erp.clientSecret).toBe("a secret: of ${NOBODY}");
});

test("a secret is what a variable holds", async () => {
  const file = await withErpSecret('"${ERP_SECRET}"');
  const { sources } = await readCrossdockYaml(file, { ...SANDBOX, ERP_SECRET: "x: y" });
  expect(sources.erp.clientSecret).toBe("x: y");
});

test("every variable and file that is missing is named, at once", async () => {
  const path = join(folder, "nothing");
  const file = await withErpSecret(`"\${file:${path}}\${ERP_SECRET}"`);
  expect(await problemsOf(readCrossdockYaml(file, {}))).toEqual([
    `SANDBOX_URL is not set, and ${file} asks for it.`,
    `The file ${path}, which ${file} asks for, cannot be read (ENOENT).`,
    `ERP_SECRET is not set, and ${file} asks for it.`,
  ]);
});

test("a file that is empty is no secret", async () => {
  const path = join(folder, "empty");
  await writeFile(path, "\n");
  const file = await withErpSecret(`"\${file:${path}}"`);
  expect(await problemsOf(readCrossdockYaml(file, SANDBOX))).toEqual([
    `The file ${path}, which ${file} asks for, is empty.`,
  ]);
});

test("a reference that is written in another way is refused, not taken for a value", async () => {
  const file = await withErpSecret('"${erp.secret}"');
  expect(await problemsOf(readCrossdockYaml(file, SANDBOX))).toEqual([
    `\${erp.secret} in ${file} is neither \${NAME} nor \${file:/path}.`,
  ]);
});

test.each([
  ["not YAML", "clientSecret: hush-hush: 'x"],
  [
    "not what a configuration is",
    "sources: { erp: { adapter: hush-hush, clientSecret: [hush-hush] } }",
  ],
])("what is wrong with a file that is %s is told without a value of it", async (_what, text) => {
  const file = join(folder, "crossdock.yaml");
  await writeFile(file, text);
  const problems = await problemsOf(readCrossdockYaml(file, SANDBOX));
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.join("\n")).not.toContain("hush-hush");
});
