import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocalIssuer } from "@crossdock/app";
import { createLogger, createShutdown, type Shutdown } from "@crossdock/runtime";
import { writeConfig } from "../src/config-file.ts";
import { createGraphqlClient, type GraphqlClient } from "../src/graphql-client.ts";
import { createDatabase } from "../src/own-database.ts";
import { freePorts } from "../src/ports.ts";
import { runProgram, type Program } from "../src/program.ts";
import { createSandboxControl, type SandboxControl } from "../src/sandbox-control.ts";
import type { Victim } from "./fault-plan.ts";
import type { OwnServer } from "./servers/own-server.ts";
import { startPostgres } from "./servers/postgres.ts";
import { flushAll, requireEmpty, startRedis } from "./servers/redis.ts";

/** Where a part of the stack keeps its data: a server of the run's own, which it kills, or one by its URL. */
export type ServerChoice = "local" | URL;

export type ChaosStackOptions = {
  /** The embedded ledger when left out. */
  readonly database?: ServerChoice;
  /** No Redis when left out: the queue is where the ledger is. */
  readonly redis?: ServerChoice;
  /** Nothing is looked up before it is sent again: the control, which must come to doubles. */
  readonly isBlind: boolean;
};

/** The program, its sources and its servers, as processes that can be killed one by one. */
export interface ChaosStack extends AsyncDisposable {
  /** Of the program, without a path. */
  readonly url: string;
  readonly client: GraphqlClient;
  readonly sandbox: SandboxControl;
  /** Of an operator, for the whole run. */
  readonly token: string;
  /** What can be killed here. */
  readonly victims: readonly Victim[];
  kill(victim: Victim): Promise<void>;
  /** Starts again what was killed, on its port and data. @throws when it does not come up */
  start(victim: Victim): Promise<void>;
  /** Empties Redis; `null` where there is none. */
  readonly flushRedis: (() => Promise<void>) | null;
}

type Part = { kill(): Promise<void>; start(): Promise<void> };

const TOKEN_SECONDS = 4 * 3_600;
/** A shipment leaves the floor in two seconds. */
const WAREHOUSE_SPEED = 2_000;
const SWEEP_SECONDS = 5;
/** The vendors' own limits would make a run of hours; that they are kept is shown elsewhere. */
const CALLS_PER_MINUTE = 6_000;
const REMOVE_RETRIES = 5;

export async function startChaosStack(options: ChaosStackOptions): Promise<ChaosStack> {
  const ending = createShutdown({ logger: createLogger({ name: "chaos", level: "error" }) });
  const dataDir = await makeDirectory("data", ending);
  try {
    const { database, redis } = await startServers(options, ending);
    const [port = 0, sandboxPort = 0] = await freePorts(2);
    const url = `http://127.0.0.1:${String(port)}`;
    const config = await writeConfig(dataDir, {
      pastOrders: "all",
      sweepSeconds: SWEEP_SECONDS,
      callsPerMinute: CALLS_PER_MINUTE,
      isSandboxElsewhere: true,
    });
    const sandbox = programPart(ending, "sandbox/src/main.ts", {
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_DATA: join(dataDir, "sandbox"),
      SANDBOX_SPEED: String(WAREHOUSE_SPEED),
      SANDBOX_CALLS_PER_MINUTE: String(CALLS_PER_MINUTE),
      SANDBOX_FINANCE_WEBHOOK_URL: `${url}/webhooks/finance`,
    });
    const app = programPart(ending, "app/src/main.ts", {
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      CROSSDOCK_DATA: dataDir,
      CROSSDOCK_CONFIG: config,
      LOG_LEVEL: "error",
      ...(database === null ? {} : { DATABASE_URL: database.url }),
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
      ...(options.isBlind ? { CROSSDOCK_CHAOS_NO_LOOK_UP: "1" } : {}),
    });
    await Promise.all([sandbox.start(), app.start()]);
    const parts: Readonly<Partial<Record<Victim, Part>>> = {
      app,
      sandbox,
      ...(database?.part == null ? {} : { postgres: database.part }),
      ...(redis?.part == null ? {} : { redis: redis.part }),
    };
    const issuer = await openLocalIssuer(dataDir);
    return {
      url,
      client: createGraphqlClient(url),
      sandbox: createSandboxControl(`http://127.0.0.1:${String(sandboxPort)}`),
      token: await issuer.mintToken({
        role: "operator",
        customers: "all",
        ttlSeconds: TOKEN_SECONDS,
      }),
      victims: Object.keys(parts) as Victim[],
      kill: (victim) => partOf(parts, victim).kill(),
      start: (victim) => partOf(parts, victim).start(),
      flushRedis: redis === null ? null : () => flushAll(redis.url),
      [Symbol.asyncDispose]: () => ending.stop(),
    };
  } catch (error) {
    await ending.stop();
    throw error;
  }
}

/** It is removed when the run ends, after all that was started later. */
async function makeDirectory(name: string, ending: Shutdown): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `crossdock-chaos-${name}-`));
  ending.onStop(directory, () =>
    rm(directory, { recursive: true, force: true, maxRetries: REMOVE_RETRIES }),
  );
  return directory;
}

/** A program of the checkout, not started yet; it ends with the run. */
function programPart(
  ending: Shutdown,
  entry: string,
  settings: Readonly<Record<string, string>>,
): Part {
  let program: Program | null = null;
  const kill = async () => {
    program?.kill("SIGKILL");
    await program?.exited;
  };
  ending.onStop(entry, kill);
  return {
    kill,
    async start() {
      program = runProgram(settings, entry);
      await program.ready;
    },
  };
}

type Server = {
  readonly url: string;
  /** `null` when it is not ours to kill. */
  readonly part: Part | null;
};

async function startServers(
  { database, redis }: ChaosStackOptions,
  ending: Shutdown,
): Promise<{ readonly database: Server | null; readonly redis: Server | null }> {
  const own = async (name: string, start: (directory: string) => Promise<OwnServer>) => {
    const server = await start(await makeDirectory(name, ending));
    ending.onStop(name, () => server.kill());
    return { url: server.url, part: server };
  };
  const borrowDatabase = async ({ href }: URL) => {
    const created = await createDatabase(href);
    ending.onStop("database", () => created.drop());
    return { url: created.url, part: null };
  };
  const borrowRedis = async ({ href }: URL) => {
    await requireEmpty(href);
    return { url: href, part: null };
  };
  const openDatabase = database === "local" ? own("postgres", startPostgres) : null;
  const openRedis = redis === "local" ? own("redis", startRedis) : null;
  return {
    database: await (database instanceof URL ? borrowDatabase(database) : openDatabase),
    redis: await (redis instanceof URL ? borrowRedis(redis) : openRedis),
  };
}

function partOf(parts: Readonly<Partial<Record<Victim, Part>>>, victim: Victim): Part {
  const part = parts[victim];
  if (part === undefined) throw new Error(`There is no ${victim} to kill in this run.`);
  return part;
}
