import { randomUUID } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DirectoryInUseError } from "../errors.ts";

/** The right to open a data directory, held until `release` or the end of the process. */
export interface DirectoryLock {
  release(): void;
}

const LOCK_FILE = "in-use-by.json";
/** How often the holder shows that it lives: read only by other hosts that share the directory. */
const HEARTBEAT_MS = 5_000;
/** A holder on another host that was silent for this long is taken for dead. */
const SILENCE_LIMIT_MS = 30_000;
/** Removing a stale lock takes microseconds; whoever was at it for this long was killed at it. */
const TURN_LIMIT_MS = 10_000;
/** Several starters may find one stale lock; nobody needs to look more often than this. */
const ROUNDS = 50;

type Holder = {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's ticks: tells a dead holder from a later process with its pid. */
  readonly startedAtTicks: string | null;
  /** Different for each time the lock is taken. */
  readonly token: string;
};

/**
 * Takes the lock of a directory, which is made when missing. A lock whose process has died, also by
 * kill -9, is taken over. Whoever finds a lock that may be alive is refused, also this process itself.
 * @throws {DirectoryInUseError}
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, LOCK_FILE);
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    startedAtTicks: startedAtTicks(process.pid),
    token: randomUUID(),
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    if (create(path, mine)) return hold(path, mine);
    const holder = readHolder(path);
    if (holder === null) continue;
    const advice = whyAlive(path, holder);
    if (advice !== null) throw new DirectoryInUseError(directory, holder, advice);
    removeStale(path, holder);
  }
  throw new DirectoryInUseError(
    directory,
    mine,
    "Another process is taking it over at this moment; start one process only.",
  );
}

/** Written aside and linked into place, so that nobody reads half a lock; the link fails when there is one. */
function create(path: string, holder: Holder): boolean {
  const aside = `${path}.${holder.token}`;
  writeFileSync(aside, `${JSON.stringify(holder)}\n`, { flag: "wx" });
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function hold(path: string, mine: Holder): DirectoryLock {
  const heartbeat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // The directory was removed under a running process; its next write will tell.
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release: () => {
      clearInterval(heartbeat);
      if (readHolder(path)?.token === mine.token) rmSync(path, { force: true });
    },
  };
}

/** @returns what to do about it when the holder is alive or may be; `null` when it is dead */
function whyAlive(path: string, holder: Holder): string | null {
  if (holder.host !== hostname()) {
    const silentMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (silentMs > SILENCE_LIMIT_MS) return null;
    return `Stop it, or give this process a directory of its own; if that host is gone, try again in ${String(SILENCE_LIMIT_MS / 1000)} seconds.`;
  }
  if (!isRunning(holder.pid) || startedAtTicks(holder.pid) !== holder.startedAtTicks) return null;
  return "Stop it, or give this process a directory of its own (CROSSDOCK_DATA).";
}

/**
 * One starter at a time removes a stale lock, and only the very one that was found stale: nobody can remove
 * the lock of somebody who was faster. Who finds another at it, looks again.
 */
function removeStale(path: string, stale: Holder): void {
  const turn = `${path}.takeover`;
  try {
    mkdirSync(turn);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    const heldMs = Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (heldMs > TURN_LIMIT_MS) rmSync(turn, { recursive: true, force: true });
    return;
  }
  try {
    if (readHolder(path)?.token === stale.token) rmSync(path, { force: true });
  } finally {
    rmSync(turn, { recursive: true, force: true });
  }
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Field 22 of Linux's /proc/<pid>/stat, counted behind the command, which may contain anything. */
function startedAtTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null; // not Linux: the pid alone must do
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
