import { NotDurableError } from "../errors.ts";
import { SCHEMA } from "../ledger-pool.ts";
import { readError, simpleQuery } from "./wire.ts";

/**
 * Commits a row, and refuses to go on when that forced nothing to disk: the one fact on which every
 * acknowledgement rests, and one that a new release of PGlite can break without a sign.
 * @throws {NotDurableError}
 */
export function proveDurable(database: {
  readonly dataDir: string;
  readonly execute: (request: Uint8Array) => Uint8Array;
  /** How often something was forced to disk so far. */
  readonly countSyncs: () => number;
}): void {
  const execute = (sql: string) => {
    const problem = readError(database.execute(simpleQuery(sql)));
    if (problem !== null) throw new Error(`${sql}: ${problem}`);
  };
  execute(`create schema if not exists ${SCHEMA}`);
  execute(`create table if not exists ${SCHEMA}.durability_proof (starts bigint not null)`);
  execute(`delete from ${SCHEMA}.durability_proof`);
  const before = database.countSyncs();
  execute(`insert into ${SCHEMA}.durability_proof values (1)`);
  if (database.countSyncs() === before) throw new NotDurableError(database.dataDir);
}
