import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout: where `npm start` runs. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Some seconds on an idle machine; ten times as much where many programs start at once. */
const READY_TIMEOUT_MS = 90_000;
/** Enough for a stack trace or two, whatever a broken program logs. */
const MAX_OUTPUT_CHARACTERS = 20_000;

/** A piece of what a program writes to standard output or standard error. */
export type OnOutput = (piece: string) => void;

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** The real program as a process of its own. */
export interface Program {
  /** The line that says where to go, once everything listens. @throws when it ends or hangs before */
  readonly ready: Promise<string>;
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
  stdout(): string;
  stderr(): string;
}

/** The options with which `npm start` runs node. */
const NODE_OPTIONS = nodeOptionsOf(
  (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: { start: string } })
    .scripts.start,
);

/** @param script e.g. `exec node --import tsx app/src/main.ts` */
function nodeOptionsOf(script: string): readonly string[] {
  const words = script.split(" ");
  return words.slice(words.indexOf("node") + 1, -1);
}

/**
 * Runs what `npm start` runs.
 * @param settings the program's variables; none of ours but `PATH` and `HOME` are passed on, so that
 *   a database of the developer's is not touched
 * @param entry another program of the checkout, below its root
 * @param args what it is given on its command line
 * @param onOutput gets all that it writes, as it comes
 */
export function runProgram(
  settings: Readonly<Record<string, string>>,
  entry = "app/src/main.ts",
  args: readonly string[] = [],
  onOutput?: OnOutput,
): Program {
  return run(process.execPath, [...NODE_OPTIONS, entry, ...args], settings, onOutput);
}

/** `npm start` itself, as a user types it: signals go to npm. */
export function runNpmStart(settings: Readonly<Record<string, string>>): Program {
  return run("npm", ["start"], settings);
}

function run(
  command: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  onOutput?: OnOutput,
): Program {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(command, [...args], {
    cwd: ROOT,
    env: { PATH, HOME, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal });
    });
  });
  const ready = new Promise<string>((resolve, reject) => {
    const explain = (what: string) => new Error(`The program ${what}.\n${stdout}\n${stderr}`);
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(explain(`was not ready after ${String(READY_TIMEOUT_MS)} ms`));
    }, READY_TIMEOUT_MS);
    child.stdout.on("data", (chunk: Buffer) => {
      onOutput?.(chunk.toString());
      stdout = tail(stdout + chunk.toString());
      const line = /^ready\b.*$/m.exec(stdout)?.[0];
      if (line === undefined || !stdout.includes(`${line}\n`)) return;
      clearTimeout(timer);
      resolve(line);
    });
    void exited.then(({ code, signal }) => {
      clearTimeout(timer);
      reject(explain(`ended with ${String(code ?? signal)} before it was ready`));
    });
  });
  ready.catch(() => undefined); // whoever expects it to fail asks for `exited` instead
  child.stderr.on("data", (chunk: Buffer) => {
    onOutput?.(chunk.toString());
    stderr = tail(stderr + chunk.toString());
  });
  return {
    ready,
    exited,
    kill: (signal) => child.kill(signal),
    stdout: () => stdout,
    stderr: () => stderr,
  };
}

function tail(output: string): string {
  return output.slice(-MAX_OUTPUT_CHARACTERS);
}
