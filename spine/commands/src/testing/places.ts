import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@crossdock/ledger";
import type { MortalWork } from "./mortal-work.ts";
import { silent } from "./stand.ts";

/** A ledger and a queue that one process after another opens. */
export type Place = Pick<MortalWork, "ledger" | "redis"> & {
  readonly remove: () => Promise<void>;
};

/** @param redisUrl `null`: the queue is in the ledger too */
export async function embeddedPlace(redisUrl: string | null): Promise<Place> {
  const dataDir = await mkdtemp(join(tmpdir(), "crossdock-crash-"));
  return {
    ledger: { kind: "embedded", dataDir },
    redis: redisUrl === null ? null : { url: redisUrl, prefix: `{test-${randomUUID()}}` },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** @param serverUrl a PostgreSQL server where a database of its own may be created */
export async function postgresPlace(serverUrl: string): Promise<Place> {
  const database = `crossdock_test_${randomUUID().replaceAll("-", "")}`;
  await administer(serverUrl, `create database ${database}`);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return {
    ledger: { kind: "postgres", url: url.href, maxConnections: 20 },
    redis: null,
    remove: () => administer(serverUrl, `drop database ${database} with (force)`),
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const server = await openLedger({ kind: "postgres", url, maxConnections: 2, logger: silent });
  await server.pool.query(statement);
  await server.close();
}
