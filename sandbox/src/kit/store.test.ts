import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { createStore } from "./store.ts";

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sandbox-store-"));
  file = join(dir, "deeper", "erp.jsonl");
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const rowsOf = (name: string, seed: [string, number][] = []) => {
  const store = createStore(file);
  const rows = [...store.collection<number>(name, seed).values()];
  store.close();
  return rows;
};

test("puts and deletes outlive the process, seeded rows are made anew", () => {
  const store = createStore(file);
  const numbers = store.collection<number>("numbers", [
    ["a", 1],
    ["b", 2],
  ]);
  numbers.put("a", 10);
  numbers.put("c", 3);
  numbers.delete("b");
  store.close();
  expect(
    rowsOf("numbers", [
      ["a", 1],
      ["b", 2],
    ]),
  ).toEqual([10, 3]);
  expect(readFileSync(file, "utf8")).not.toContain('"row":2');
});

test("an entry after a torn last line is not lost with it", () => {
  const first = createStore(file);
  first.collection<number>("numbers").put("a", 1);
  first.close();
  appendFileSync(file, '{"c":"numbers","id":"torn","ro');
  const second = createStore(file);
  second.collection<number>("numbers").put("b", 2);
  second.close();
  expect(rowsOf("numbers")).toEqual([1, 2]);
});

test("damage before the last line is an error and not a silent loss", () => {
  createStore(file).close();
  appendFileSync(file, '{"c":"numbers"\n{"c":"numbers","id":"a","row":1}\n');
  expect(() => createStore(file)).toThrow(SyntaxError);
});

test("a transaction is one line of the journal: a crash in it keeps nothing of it", () => {
  const store = createStore(file);
  const numbers = store.collection<number>("numbers");
  store.transaction(() => {
    numbers.put("a", 1);
    store.transaction(() => {
      numbers.put("b", 2);
    });
  });
  store.close();
  expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(1);
  expect(rowsOf("numbers")).toEqual([1, 2]);
});

test("what a put returned for is there after kill -9", async () => {
  const script = `
    import { createStore } from ${JSON.stringify(join(__dirname, "store.ts"))};
    const numbers = createStore(${JSON.stringify(file)}).collection("numbers");
    for (let at = 0; ; at += 1) {
      numbers.put(String(at), at);
      await new Promise((written) => process.stdout.write(at + "\\n", written));
    }`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.length > 5_000) child.kill("SIGKILL");
    });
    child.once("close", () => {
      resolve();
    });
  });
  const promised = said.slice(0, said.lastIndexOf("\n")).split("\n").length;
  expect(rowsOf("numbers").length).toBeGreaterThanOrEqual(promised);
});
