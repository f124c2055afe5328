import { createDatabase, type OwnDatabase } from "../src/own-database.ts";
import { startStack } from "../src/stack.ts";
import { RESTART_SPEED, restartSuite } from "../src/suites/restart.suite.ts";

jest.setTimeout(200_000);

/** The ledger in a PostgreSQL of its own, and the queue in Redis where there is one. */
describe("over PostgreSQL and Redis", () => {
  let database: OwnDatabase;
  beforeAll(async () => {
    database = await createDatabase(process.env["DATABASE_URL"] ?? "");
  });
  afterAll(() => database.drop());

  restartSuite(() => {
    const redis = process.env["REDIS_URL"];
    const variables = {
      DATABASE_URL: database.url,
      ...(redis === undefined ? {} : { REDIS_URL: redis }),
    };
    return startStack({ speed: RESTART_SPEED, variables });
  });
});
