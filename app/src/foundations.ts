import { join, resolve } from "node:path";
import { lockDirectory, openLedger, type Ledger } from "@crossdock/ledger";
import type { Shutdown } from "@crossdock/runtime";
import { startSandboxProcess } from "./sandbox-process.ts";
import type { StackOptions } from "./stack.ts";

/** What everything else stands on. */
export type Foundations = {
  readonly ledger: Ledger;
  readonly dataDir: string;
  readonly localUrl: string;
  /** Where the sources reach us. */
  readonly publicUrl: string;
};

const MAX_DATABASE_CONNECTIONS = 20;

/** Takes the data directory, opens and migrates the ledger, and starts the sandbox beside it. */
export async function openFoundations(
  options: StackOptions,
  shutdown: Shutdown,
): Promise<Foundations> {
  const { environment } = options;
  const dataDir = resolve(environment.CROSSDOCK_DATA);
  const localUrl = `http://${environment.HOST}:${String(environment.PORT)}`;
  const publicUrl = environment.PUBLIC_URL ?? localUrl;
  // Before anything is opened: the ledger, the issuer's key and the sandbox's journals lie there.
  const lock = lockDirectory(dataDir);
  shutdown.onStop("data directory", () => {
    lock.release();
  });
  const [ledger] = await Promise.all([
    openAndMigrate(options, dataDir, shutdown),
    startSandbox(options, dataDir, publicUrl, shutdown),
  ]);
  return { ledger, dataDir, localUrl, publicUrl };
}

async function openAndMigrate(
  { environment, logger, onFatal }: StackOptions,
  dataDir: string,
  shutdown: Shutdown,
): Promise<Ledger> {
  const url = environment.DATABASE_URL;
  const ledger = await openLedger(
    url === undefined
      ? { kind: "embedded", dataDir: join(dataDir, "ledger"), logger, onEnd: onFatal }
      : { kind: "postgres", url, logger, maxConnections: MAX_DATABASE_CONNECTIONS },
  );
  shutdown.onStop("ledger", () => ledger.close());
  await ledger.migrate();
  return ledger;
}

async function startSandbox(
  { environment, config, logger }: StackOptions,
  dataDir: string,
  publicUrl: string,
  shutdown: Shutdown,
): Promise<void> {
  if (config.sandbox === undefined) return;
  const sandbox = await startSandboxProcess({
    port: environment.SANDBOX_PORT,
    dataDir: join(dataDir, "sandbox"),
    speed: config.sandbox.speed,
    callsPerMinute: config.sandbox.callsPerMinute ?? null,
    pastOrders: config.sandbox.pastOrders ?? null,
    profiles: environment.SANDBOX_PROFILE ?? [config.sandbox.profile ?? []].flat().join(","),
    financeWebhookUrl: `${publicUrl}/webhooks/finance`,
    logger,
  });
  shutdown.onStop("sandbox", () => sandbox.stop());
}
