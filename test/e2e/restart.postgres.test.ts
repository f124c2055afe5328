import { randomUUID } from "node:crypto";
import { openLedger } from "@crossdock/ledger";
import { createLogger } from "@crossdock/runtime";
import { startStack } from "../src/stack.ts";
import { RESTART_SPEED, restartSuite } from "../src/suites/restart.suite.ts";

jest.setTimeout(200_000);

/** The ledger in a PostgreSQL of its own, and the queue in Redis where there is one. */
describe("over PostgreSQL and Redis", () => {
  const server = process.env["DATABASE_URL"] ?? "";
  const database = `crossdock_e2e_${randomUUID().replaceAll("-", "")}`;
  const administer = async (statement: string) => {
    const logger = createLogger({ name: "test", level: "silent" });
    const ledger = await openLedger({ kind: "postgres", url: server, logger, maxConnections: 2 });
    await ledger.pool.query(statement);
    await ledger.close();
  };
  beforeAll(() => administer(`create database ${database}`));
  afterAll(() => administer(`drop database ${database} with (force)`));

  restartSuite(() => {
    const url = new URL(server);
    url.pathname = `/${database}`;
    const redis = process.env["REDIS_URL"];
    const variables = {
      DATABASE_URL: url.href,
      ...(redis === undefined ? {} : { REDIS_URL: redis }),
    };
    return startStack({ speed: RESTART_SPEED, variables });
  });
});
