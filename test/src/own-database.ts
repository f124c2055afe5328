import { randomUUID } from "node:crypto";
import { openLedger } from "@crossdock/ledger";
import { createLogger } from "@crossdock/runtime";

/** A database in a server that others use too. */
export interface OwnDatabase {
  readonly url: string;
  /** Whoever is connected loses his connection, and nobody gets another one. */
  shutOut(): Promise<void>;
  drop(): Promise<void>;
}

/** @param server the URL of any database of the server; its user may create databases */
export async function createDatabase(server: string): Promise<OwnDatabase> {
  const name = `crossdock_test_${randomUUID().replaceAll("-", "")}`;
  const logger = createLogger({ name: "test", level: "silent" });
  const administer = async (statement: string) => {
    const ledger = await openLedger({ kind: "postgres", url: server, logger, maxConnections: 2 });
    await ledger.pool.query(statement);
    await ledger.close();
  };
  await administer(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async shutOut() {
      await administer(`alter database ${name} with allow_connections false`);
      await administer(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      );
    },
    drop: () => administer(`drop database ${name} with (force)`),
  };
}
