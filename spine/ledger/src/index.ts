export {
  DirectoryInUseError,
  LedgerBusyError,
  LedgerClosedError,
  NotDurableError,
} from "./errors.ts";
export { createGatheredRead } from "./gathered-read.ts";
export type { GatheredRead } from "./gathered-read.ts";
export { createGroupCommit } from "./group-commit.ts";
export type { GroupCommit, GroupCommitOptions, GroupLimits } from "./group-commit.ts";
export { lockDirectory } from "./embedded/directory-lock.ts";
export type { DirectoryLock } from "./embedded/directory-lock.ts";
export { SCHEMA, SEARCH_PATH } from "./ledger-pool.ts";
export type { LedgerPool } from "./ledger-pool.ts";
export { openLedger } from "./ledger.ts";
export type { Ledger, LedgerOptions, LedgerTransaction } from "./ledger.ts";
export type { OnNotify } from "./notifications.ts";
export type { BigIntColumn, InstantColumn } from "./tables/event-tables.ts";
export type { LedgerTables } from "./tables/ledger-tables.ts";
