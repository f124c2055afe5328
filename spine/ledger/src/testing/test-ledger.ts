import { randomUUID } from "node:crypto";
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@crossdock/runtime";
import { Client } from "pg";
import { openLedger } from "../ledger.ts";
import type { Ledger } from "../ledger.ts";

/** A migrated ledger that nobody else uses, and that is gone when it is closed. */
export type TestLedger = {
  readonly ledger: Ledger;
  /** Opens the same database once more, as another process would; PostgreSQL only. */
  readonly openAgain: () => Promise<Ledger>;
  readonly close: () => Promise<void>;
};

const TEST_CONNECTIONS = 20;
const logger = createLogger({ name: "test", level: "silent" });

/** A machine's files in memory, where it has any. */
const MEMORY = "/dev/shm";
/** What a ledger of a test may come to, several times over. */
const ROOM_BYTES = 1024 ** 3;

/**
 * An embedded one in a directory of its own; in memory where there is room, because a test loses nothing with the
 * machine, and a cluster's six hundred files cost a second to be made and forced to a disk.
 * @param options.isOnDisk for who measures what it takes to commit
 */
export async function openTestLedger(
  options: { readonly isOnDisk?: boolean } = {},
): Promise<TestLedger> {
  const parent = options.isOnDisk === true ? tmpdir() : await roomiest();
  const dataDir = await mkdtemp(join(parent, "crossdock-ledger-"));
  const ledger = await openLedger({ kind: "embedded", dataDir, logger });
  await ledger.migrate();
  return {
    ledger,
    openAgain: () => Promise.reject(new Error("An embedded ledger is opened once.")),
    close: async () => {
      await ledger.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function roomiest(): Promise<string> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize < ROOM_BYTES ? tmpdir() : MEMORY;
}

/** @param serverUrl a PostgreSQL server where a database of its own may be created */
export async function openTestPostgres(serverUrl: string): Promise<TestLedger> {
  const database = `crossdock_test_${randomUUID().replaceAll("-", "")}`;
  await administer(serverUrl, `create database ${database}`);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  const opened: Ledger[] = [];
  const open = async () => {
    const ledger = await openLedger({
      kind: "postgres",
      url: url.href,
      maxConnections: TEST_CONNECTIONS,
      logger,
    });
    opened.push(ledger);
    return ledger;
  };
  const ledger = await open();
  await ledger.migrate();
  return {
    ledger,
    openAgain: open,
    close: async () => {
      await Promise.all(opened.map((each) => each.close()));
      await administer(serverUrl, `drop database ${database} with (force)`);
    },
  };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
