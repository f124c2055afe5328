import { fork, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Logger } from "@crossdock/runtime";

export type SandboxProcessOptions = {
  readonly port: number;
  readonly dataDir: string;
  readonly speed: number;
  /** Of each vendor but the ERP; `null`: what the vendors publish. */
  readonly callsPerMinute: number | null;
  /** Orders of the last year that they know of; `null`: as many as the demo has. */
  readonly pastOrders: number | null;
  /** How badly the vendors behave: names with commas between them. */
  readonly profiles: string;
  /** Where finance sends its notifications: what one enters in the vendor's portal. */
  readonly financeWebhookUrl: string;
  readonly logger: Logger;
};

export interface SandboxProcess {
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 5_000;
const RESTART_AFTER_MS = 500;

/**
 * Runs the sandbox as a process of its own: what it plays is not ours, and it may die alone. It is
 * started again when it does, and it ends when we end, however we end.
 * @throws {Error} it could not start; the message says why
 */
export async function startSandboxProcess(options: SandboxProcessOptions): Promise<SandboxProcess> {
  let stopping = false;
  let child = await start(options);

  const watch = (process: ChildProcess) => {
    process.once("exit", (code, signal) => {
      if (stopping) return;
      options.logger.error({ code, signal }, "the sandbox died, it is started again");
      setTimeout(() => void restart(), RESTART_AFTER_MS);
    });
  };
  const restart = async () => {
    if (stopping) return;
    try {
      child = await start(options);
      watch(child);
    } catch (error) {
      options.logger.error({ err: error }, "the sandbox could not be started again");
      setTimeout(() => void restart(), START_TIMEOUT_MS);
    }
  };
  watch(child);

  return {
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise<void>((resolve) =>
        child.once("exit", () => {
          resolve();
        }),
      );
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function start(options: SandboxProcessOptions): Promise<ChildProcess> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const main = fileURLToPath(new URL("../../sandbox/src/main.ts", import.meta.url));
  const child = fork(main, [], {
    execArgv: ["--import", tsx],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: {
      SANDBOX_PORT: String(options.port),
      SANDBOX_DATA: options.dataDir,
      SANDBOX_SPEED: String(options.speed),
      SANDBOX_CALLS_PER_MINUTE: String(options.callsPerMinute ?? ""),
      SANDBOX_PAST_ORDERS: String(options.pastOrders ?? ""),
      SANDBOX_PROFILE: options.profiles,
      SANDBOX_FINANCE_WEBHOOK_URL: options.financeWebhookUrl,
    },
  });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2_000);
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`The sandbox did not start in ${String(START_TIMEOUT_MS)} ms.`));
    }, START_TIMEOUT_MS);
    child.once("message", () => {
      clearTimeout(timer);
      resolve(child);
    });
    child.once("exit", () => {
      clearTimeout(timer);
      reject(new Error(said.trim() || "The sandbox ended while it was starting."));
    });
  });
}
