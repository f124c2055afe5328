import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DirectoryInUseError } from "../errors.ts";
import { lockDirectory } from "./directory-lock.ts";

let directory: string;
const lockFile = () => join(directory, "in-use-by.json");

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "crossdock-lock-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("a second lock is refused with the directory, the process and what to do", () => {
  const lock = lockDirectory(directory);
  const again = () => lockDirectory(directory);
  expect(again).toThrow(DirectoryInUseError);
  expect(again).toThrow(directory);
  expect(again).toThrow(`process ${String(process.pid)}`);
  expect(again).toThrow(/Stop it, or give this process a directory of its own/);
  lock.release();
});

test("a released lock can be taken, and leaves no file", () => {
  lockDirectory(directory).release();
  lockDirectory(directory).release();
  expect(readdirSync(directory)).toEqual([]);
});

test("the lock of a process killed with -9 is taken over", async () => {
  const holder = spawn(process.execPath, [
    "--import",
    "tsx",
    join(__dirname, "../testing/hold-lock.ts"),
    directory,
  ]);
  await once(holder.stdout, "data");
  expect(() => lockDirectory(directory)).toThrow(`process ${String(holder.pid)}`);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  lockDirectory(directory).release();
});

test("a lock is taken over when its pid belongs to a later process", () => {
  lockDirectory(directory);
  rewrite({ startedAtTicks: "1" });
  lockDirectory(directory).release();
});

test("a lock of another host is respected while it shows life, and taken over after", () => {
  lockDirectory(directory);
  rewrite({ host: "elsewhere" });
  expect(() => lockDirectory(directory)).toThrow(/on elsewhere/);
  const aMinuteAgo = new Date(Date.now() - 60_000);
  utimesSync(lockFile(), aMinuteAgo, aMinuteAgo);
  lockDirectory(directory).release();
});

test("releasing does not remove a lock that somebody else has taken since", () => {
  const lost = lockDirectory(directory);
  rewrite({ startedAtTicks: "1" });
  const taken = lockDirectory(directory);
  lost.release();
  expect(() => lockDirectory(directory)).toThrow(DirectoryInUseError);
  taken.release();
});

function rewrite(fields: Readonly<Record<string, string>>): void {
  const holder = JSON.parse(readFileSync(lockFile(), "utf8")) as object;
  writeFileSync(lockFile(), JSON.stringify({ ...holder, ...fields }));
}
