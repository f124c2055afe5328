import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocalIssuer } from "@crossdock/app";
import { writeConfig } from "../src/config-file.ts";
import { createGraphqlClient, type GraphqlClient } from "../src/graphql-client.ts";
import { freePorts } from "../src/ports.ts";
import { runProgram, type Program } from "../src/program.ts";
import { createSandboxControl, type SandboxControl } from "../src/sandbox-control.ts";

/** The program and its sources, as processes that can be killed one by one. */
export interface ChaosStack extends AsyncDisposable {
  readonly client: GraphqlClient;
  readonly sandbox: SandboxControl;
  /** Of an operator, for the whole run. */
  readonly token: string;
  kill(victim: "app" | "sandbox"): Promise<void>;
  /** Starts again what was killed, on its port and data. @throws when it does not come up */
  start(victim: "app" | "sandbox"): Promise<void>;
}

const TOKEN_SECONDS = 4 * 3_600;
/** A shipment leaves the floor in two seconds. */
const WAREHOUSE_SPEED = 2_000;
const SWEEP_SECONDS = 5;
const REMOVE_RETRIES = 5;

export async function startChaosStack(): Promise<ChaosStack> {
  const dataDir = await mkdtemp(join(tmpdir(), "crossdock-chaos-"));
  const [port = 0, sandboxPort = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${String(port)}`;
  const config = await writeConfig(dataDir, {
    sweepSeconds: SWEEP_SECONDS,
    isSandboxElsewhere: true,
  });
  const run = {
    app: () =>
      runProgram({
        PORT: String(port),
        SANDBOX_PORT: String(sandboxPort),
        CROSSDOCK_DATA: dataDir,
        CROSSDOCK_CONFIG: config,
        LOG_LEVEL: "error",
      }),
    sandbox: () =>
      runProgram(
        {
          SANDBOX_PORT: String(sandboxPort),
          SANDBOX_DATA: join(dataDir, "sandbox"),
          SANDBOX_SPEED: String(WAREHOUSE_SPEED),
          SANDBOX_FINANCE_WEBHOOK_URL: `${url}/webhooks/finance`,
        },
        "sandbox/src/main.ts",
      ),
  };
  const programs: Record<keyof typeof run, Program> = { sandbox: run.sandbox(), app: run.app() };
  const kill: ChaosStack["kill"] = async (victim) => {
    programs[victim].kill("SIGKILL");
    await programs[victim].exited;
  };
  const dispose = async () => {
    await Promise.all([kill("app"), kill("sandbox")]);
    await rm(dataDir, { recursive: true, force: true, maxRetries: REMOVE_RETRIES });
  };
  try {
    await Promise.all([programs.sandbox.ready, programs.app.ready]);
  } catch (error) {
    await dispose();
    throw error;
  }
  const issuer = await openLocalIssuer(dataDir);
  return {
    client: createGraphqlClient(url),
    sandbox: createSandboxControl(`http://127.0.0.1:${String(sandboxPort)}`),
    token: await issuer.mintToken({
      role: "operator",
      customers: "all",
      ttlSeconds: TOKEN_SECONDS,
    }),
    kill,
    async start(victim) {
      programs[victim] = run[victim]();
      await programs[victim].ready;
    },
    [Symbol.asyncDispose]: dispose,
  };
}
