import { join } from "node:path";
import { openLedger, type Ledger } from "@crossdock/ledger";
import { createLogger } from "@crossdock/runtime";
import type { Stack } from "./stack.ts";

const logger = createLogger({ name: "test", level: "silent" });

/**
 * Changes the program's database as one can who owns it. An embedded one is the program's alone: it is stopped before, and
 * started again.
 */
export async function changeLedger(stack: Stack, ...statements: readonly string[]): Promise<void> {
  const isEmbedded = stack.settings["DATABASE_URL"] === undefined;
  if (isEmbedded) await stack.stop();
  const ledger = await openLedgerOf(stack);
  try {
    for (const statement of statements) await ledger.pool.query(statement);
  } finally {
    await ledger.close();
  }
  if (isEmbedded) await stack.start();
}

/** The same with the audit journal, past what keeps it from being changed. */
export function tamper(stack: Stack, ...statements: readonly string[]): Promise<void> {
  return changeLedger(
    stack,
    "alter table audit_journal disable trigger all",
    ...statements,
    "alter table audit_journal enable trigger all",
  );
}

function openLedgerOf({ settings }: Stack): Promise<Ledger> {
  const { DATABASE_URL: url, CROSSDOCK_DATA: dataDir = "" } = settings;
  return url === undefined
    ? openLedger({ kind: "embedded", dataDir: join(dataDir, "ledger"), logger })
    : openLedger({ kind: "postgres", url, logger, maxConnections: 2 });
}
