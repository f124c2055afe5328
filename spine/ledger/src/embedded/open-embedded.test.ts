import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@crossdock/runtime";
import { DirectoryInUseError, LedgerClosedError } from "../errors.ts";
import { openLedger } from "../ledger.ts";
import type { Ledger } from "../ledger.ts";

const logger = createLogger({ name: "test", level: "silent" });
const directories: string[] = [];

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "crossdock-open-"));
  directories.push(directory);
  return directory;
}
const open = (dataDir: string): Promise<Ledger> =>
  openLedger({ kind: "embedded", dataDir, logger });

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

test("a directory that is open is not opened again, and serves on", async () => {
  const dataDir = temporaryDirectory();
  const ledger = await open(dataDir);
  await expect(open(dataDir)).rejects.toThrow(DirectoryInUseError);
  expect((await ledger.pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  await ledger.close();
});

test("another process is refused while the directory is open, with a message that helps", async () => {
  const dataDir = temporaryDirectory();
  const ledger = await open(dataDir);
  const other = spawn(process.execPath, [
    "--import",
    "tsx",
    join(__dirname, "../testing/hold-lock.ts"),
    dataDir,
  ]);
  let said = "";
  other.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(other, "exit")) as [number];
  await ledger.close();
  expect(code).toBe(1);
  expect(said).toContain(
    `The data directory ${dataDir} is in use by process ${String(process.pid)}`,
  );
});

test("what was committed is there after closing and opening, and closing frees the directory", async () => {
  const dataDir = temporaryDirectory();
  const first = await open(dataDir);
  await first.pool.query("create table kept as select 'yes' as answer");
  await first.close();
  const second = await open(dataDir);
  expect((await second.pool.query("select answer from kept")).rows).toEqual([{ answer: "yes" }]);
  await second.close();
});

test("a query that has no answer when the ledger closes fails, and so does a later one", async () => {
  const ledger = await open(temporaryDirectory());
  const holder = await ledger.pool.connect();
  holder.on("error", () => undefined);
  await holder.query("begin");
  const waiting = ledger.pool.query("select 1");
  const failed = expect(waiting).rejects.toThrow(LedgerClosedError);
  await ledger.close();
  await failed;
  holder.release(true);
  await expect(ledger.pool.query("select 1")).rejects.toThrow();
});

test("a first start that was killed half-way leaves nothing that stops the next one", async () => {
  const dataDir = temporaryDirectory();
  const ledger = await open(dataDir);
  await ledger.close();
  const half = temporaryDirectory();
  cpSync(join(dataDir, "pgdata", "base"), join(half, "pgdata.unfinished", "base"), {
    recursive: true,
  });
  const again = await open(half);
  expect(existsSync(join(half, "pgdata.unfinished"))).toBe(false);
  await again.close();
});

test("a directory that is no database is refused with the reason, and is free again", async () => {
  const dataDir = temporaryDirectory();
  mkdirSync(join(dataDir, "pgdata"));
  writeFileSync(join(dataDir, "pgdata", "PG_VERSION"), "9.6\n");
  await expect(open(dataDir)).rejects.toThrow();
  rmSync(join(dataDir, "pgdata"), { recursive: true });
  const ledger = await open(dataDir);
  await ledger.close();
});
