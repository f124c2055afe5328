import { execFile, spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** A server that the run has started and may kill; its data is the caller's to remove. */
export interface OwnServer {
  readonly url: string;
  /** `kill -9`: it has no time to write anything. */
  kill(): Promise<void>;
  /** Again on the same port and data. @throws when it does not come up */
  start(): Promise<void>;
}

/** Of the user whom a server runs as, where we are root and it refuses to be. */
type User = { readonly uid: number; readonly gid: number };

type ServerProcess = { readonly hasEnded: () => boolean; kill(): Promise<void> };

const POSTGRES_VERSIONS = "/usr/lib/postgresql";
const ANSWER_TRIES = 200;
const LOOK_AGAIN_MS = 50;

const run = promisify(execFile);

/** The newest PostgreSQL of Debian's packages, and the user to run it as; `null` is ourselves. */
export async function findPostgres(): Promise<{
  readonly binaries: string;
  readonly user: User | null;
}> {
  const versions = await readdir(POSTGRES_VERSIONS).catch(() => []);
  const newest = versions.map(Number).sort((left, right) => right - left)[0];
  if (newest === undefined) throw new Error(`There is no PostgreSQL in ${POSTGRES_VERSIONS}.`);
  const binaries = join(POSTGRES_VERSIONS, String(newest), "bin");
  if (process.getuid?.() !== 0) return { binaries, user: null };
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "postgres"])).stdout)),
  );
  return { binaries, user: { uid: uid ?? 0, gid: gid ?? 0 } };
}

/** Runs a program to its end. @throws {Error} with what it said, when it fails */
export async function runTool(
  program: string,
  args: readonly string[],
  user: User | null,
): Promise<void> {
  await run(program, [...args], { cwd: "/", ...user });
}

export function startServer(
  program: string,
  args: readonly string[],
  user: User | null,
): ServerProcess {
  const child = spawn(program, [...args], { cwd: "/", stdio: "ignore", ...user });
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => {
      resolve();
    });
    child.once("exit", () => {
      resolve();
    });
  });
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  return {
    hasEnded: () => hasEnded,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** @throws {Error} it ended instead, or nobody listens after ten seconds */
export async function untilItAnswers(port: number, server: ServerProcess): Promise<void> {
  for (let tries = 0; tries < ANSWER_TRIES; tries += 1) {
    if (server.hasEnded()) throw new Error(`The server for port ${String(port)} ended.`);
    if (await listens(port)) return;
    await sleep(LOOK_AGAIN_MS);
  }
  await server.kill();
  throw new Error(`Nobody listens on port ${String(port)}.`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => {
      end(true);
    });
    socket.once("error", () => {
      end(false);
    });
  });
}
