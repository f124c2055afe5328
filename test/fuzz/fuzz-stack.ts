import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import { parse } from "yaml";
import { ROOT } from "../src/program.ts";
import { secretsOf, type Secret } from "../src/secrets.ts";
import { startStack, type Stack } from "../src/stack.ts";
import type { MakeOperation } from "./attacks/graphql-over-http.ts";
import { makeCredentials } from "./credentials.ts";
import { createOperationMaker } from "./documents/valid-operation.ts";
import { measureMemory, type Memory } from "./heap.ts";
import { createProgramLog } from "./program-log.ts";
import type { Target } from "./send/target.ts";

/** The program under attack, as a process of its own, with all that an attacker may know of it. */
export interface FuzzStack extends AsyncDisposable {
  readonly target: Target;
  readonly secrets: readonly Secret[];
  readonly makeOperation: MakeOperation;
  /** What its log has of faults since the last look. */
  takeLogFaults(): string[];
  /** How it ended, if it has. */
  hasEnded(): string | null;
  restart(): Promise<void>;
  memory(): Promise<Memory>;
}

const SWEEP_SECONDS = 30;

export async function startFuzzStack(): Promise<FuzzStack> {
  let log = createProgramLog();
  const stack = await startStack({
    pastOrders: "all",
    sweepSeconds: SWEEP_SECONDS,
    variables: { LOG_LEVEL: "error", NODE_OPTIONS: "--inspect=127.0.0.1:0" },
    onOutput: (piece) => {
      log.write(piece);
    },
  });
  try {
    const { CROSSDOCK_DATA: dataDir = "", CROSSDOCK_CONFIG: config = "" } = stack.settings;
    const credentials = await makeCredentials(stack, dataDir);
    const tokens = credentials.tokens.map((text, at) => ({
      name: `token ${String(at + 1)}`,
      text,
    }));
    let ended = watch(stack);
    return {
      target: {
        url: stack.url,
        port: Number(stack.settings["PORT"]),
        credentials,
        signingKeys: await signingKeysOf(config),
      },
      secrets: [
        ...(await secretsOf(config, dataDir)),
        ...tokens,
        { name: "the data directory", text: dataDir },
        {
          name: "the sandbox's address",
          text: `127.0.0.1:${String(stack.settings["SANDBOX_PORT"])}`,
        },
      ],
      makeOperation: createOperationMaker(await apiSchema()),
      takeLogFaults: () => log.takeFaults(),
      hasEnded: () => ended.how(),
      async restart() {
        log = createProgramLog();
        await stack.start();
        ended = watch(stack);
      },
      memory: async () => {
        const url = log.debuggerUrl();
        if (url === null) throw new Error("The program has not said where its debugger listens.");
        return measureMemory(url);
      },
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

const LAST_WORDS = 1_500;

function watch(stack: Stack): { how(): string | null } {
  let how: string | null = null;
  const program = stack.program();
  void program.exited.then(({ code, signal }) => {
    how = `${String(code ?? signal)}: ${program.stderr().slice(-LAST_WORDS)}`;
  });
  return { how: () => how };
}

async function signingKeysOf(configFile: string): Promise<Target["signingKeys"]> {
  const { sources } = parse(await readFile(configFile, "utf8")) as {
    readonly sources: {
      readonly erp: { readonly webhookSecret: string };
      readonly wms: { readonly webhookSecret: string };
      readonly finance: { readonly webhookKey: string };
    };
  };
  return {
    erp: sources.erp.webhookSecret,
    wms: sources.wms.webhookSecret,
    finance: sources.finance.webhookKey,
  };
}

async function apiSchema() {
  const sdl = await readFile(join(ROOT, "supergraph.graphql"), "utf8");
  return Supergraph.build(sdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  })
    .apiSchema()
    .toGraphQLJSSchema();
}
