import { createShutdown, type Logger } from "@crossdock/runtime";
import type { CrossdockConfig } from "./config/crossdock-yaml.ts";
import type { Environment } from "./config/environment.ts";
import { openFoundations } from "./foundations.ts";
import { traceWhereConfigured } from "./telemetry.ts";

export type StackOptions = {
  readonly environment: Environment;
  readonly config: CrossdockConfig;
  /** The composed schema's file. */
  readonly supergraphFile: string;
  readonly logger: Logger;
  /** Nothing can be acknowledged any more: end the process, a restart recovers. */
  readonly onFatal: (error: Error) => void;
};

export interface Stack {
  readonly url: string;
  /** Takes nothing new, finishes what runs, and lets go of everything. Runs once. */
  stop(): Promise<void>;
}

/**
 * Every process of Crossdock in one: gateway, subgraphs, worker, ingest, over an embedded or a real
 * PostgreSQL, with the sandbox beside it when the configuration asks for one.
 * @throws {DirectoryInUseError} another process works on the same data directory
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { environment, config, logger } = options;
  const shutdown = createShutdown({ logger });
  await traceWhereConfigured(environment, config.operations.telemetry, { logger, shutdown });
  try {
    const foundations = openFoundations(options, shutdown);
    // It is looked at below; until then it must not end the process as an unhandled rejection.
    foundations.catch(() => undefined);
    // Loading this code takes as long as opening the database: they go side by side.
    const { runStack } = await import("./run-stack.ts");
    const url = await runStack(options, await foundations, shutdown);
    return { url, stop: () => shutdown.stop() };
  } catch (error) {
    await shutdown.stop().catch(() => undefined);
    throw error;
  }
}
