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
  const holder = holdLock();
  await once(holder.stdout, "data");
  expect(() => lockDirectory(directory)).toThrow(`process ${String(holder.pid)}`);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  lockDirectory(directory).release();
});

test("of five processes that find one stale lock exactly one takes it over", async () => {
  lockDirectory(directory);
  rewrite({ startedAtTicks: "1" });
  const starters = Array.from({ length: 5 }, () => holdLock());
  const fates = await Promise.all(
    starters.map((starter) =>
      Promise.race([
        once(starter.stdout, "data").then(() => "locked"),
        once(starter, "exit").then(() => "refused"),
      ]),
    ),
  );
  expect(fates.sort()).toEqual(["locked", "refused", "refused", "refused", "refused"]);
  for (const starter of starters) starter.kill("SIGKILL");
}, 60_000);

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

/** Another process, which locks the directory and says so, or ends. */
function holdLock() {
  const script = join(__dirname, "../testing/hold-lock.ts");
  return spawn(process.execPath, ["--import", "tsx", script, directory]);
}

function rewrite(fields: Readonly<Record<string, string>>): void {
  const holder = JSON.parse(readFileSync(lockFile(), "utf8")) as object;
  writeFileSync(lockFile(), JSON.stringify({ ...holder, ...fields }));
}
