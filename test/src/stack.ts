import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocalIssuer } from "@crossdock/app";
import { parseCustomerNumber, type Role } from "@crossdock/domain";
import { writeConfig, type Pace } from "./config-file.ts";
import { createGraphqlClient, type GraphqlClient } from "./graphql-client.ts";
import { freePorts } from "./ports.ts";
import { runProgram, type Exit, type OnOutput, type Program } from "./program.ts";
import { createSandboxControl, type SandboxControl } from "./sandbox-control.ts";

export type StackOptions = Pace & {
  /** More of the program's environment: a database, a Redis. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Gets all that the program writes. */
  readonly onOutput?: OnOutput;
};

/** The whole system as a user runs it: the program with its sandbox, on ports and data of its own. */
export interface Stack extends GraphqlClient, AsyncDisposable {
  /** e.g. `http://127.0.0.1:23456` */
  readonly url: string;
  readonly sandbox: SandboxControl;
  /** The variables with which the program runs. */
  readonly settings: Readonly<Record<string, string>>;
  readonly program: () => Program;
  /** @param customers account numbers; every account when left out */
  token(role: Role, ...customers: readonly string[]): Promise<string>;
  /** Asks it to end, as an operator does. */
  stop(): Promise<Exit>;
  /** Ends it in the middle of whatever it does, as a power cut does. */
  kill(): Promise<void>;
  /** Starts it again, after `stop` or `kill`, on the same ports and data. */
  start(): Promise<void>;
}

const TOKEN_SECONDS = 3_600;
const REMOVE_RETRIES = 5;

/**
 * Starts the program and waits until it is ready, which takes some seconds. Disposing of the stack
 * ends the program and removes its data.
 * @throws with all that the program said, when it does not start
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), "crossdock-"));
  const [port = 0, sandboxPort = 0] = await freePorts(2);
  const settings = {
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    CROSSDOCK_DATA: dataDir,
    CROSSDOCK_CONFIG: await writeConfig(dataDir, options),
    LOG_LEVEL: "warn",
    ...options.variables,
  };
  const url = `http://127.0.0.1:${settings.PORT}`;
  const sandboxUrl = `http://127.0.0.1:${settings.SANDBOX_PORT}`;
  const run = () => runProgram(settings, undefined, undefined, options.onOutput);
  let program = run();
  const end = async () => {
    program.kill("SIGKILL");
    await program.exited;
  };
  const dispose = async () => {
    await end();
    await sandboxIsGone(sandboxUrl);
    await rm(dataDir, { recursive: true, force: true, maxRetries: REMOVE_RETRIES });
  };
  try {
    await program.ready;
  } catch (error) {
    await dispose();
    throw error;
  }
  const issuer = await openLocalIssuer(dataDir);

  return {
    ...createGraphqlClient(url),
    url,
    settings,
    sandbox: createSandboxControl(sandboxUrl),
    program: () => program,
    token: (role, ...customers) =>
      issuer.mintToken({
        role,
        customers:
          customers.length === 0 ? "all" : customers.map((raw) => parseCustomerNumber(raw)),
        ttlSeconds: TOKEN_SECONDS,
      }),
    stop: () => {
      program.kill("SIGTERM");
      return program.exited;
    },
    kill: end,
    async start() {
      program = run();
      await program.ready;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

const SANDBOX_GONE_TRIES = 100;
const SANDBOX_LOOK_MS = 50;

/** The sandbox is a process of its own, which ends when it misses its parent: it writes until then. */
async function sandboxIsGone(sandboxUrl: string): Promise<void> {
  for (let tries = 0; tries < SANDBOX_GONE_TRIES; tries += 1) {
    const isThere = await fetch(`${sandboxUrl}/_control/health`).then(
      () => true,
      () => false,
    );
    if (!isThere) return;
    await new Promise((resolve) => setTimeout(resolve, SANDBOX_LOOK_MS));
  }
}
