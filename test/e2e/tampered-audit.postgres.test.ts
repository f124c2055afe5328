import { STANDING_STILL } from "../src/config-file.ts";
import { createDatabase, type OwnDatabase } from "../src/own-database.ts";
import { startStack } from "../src/stack.ts";
import { tamperedAuditSuite } from "../src/suites/tampered-audit.suite.ts";

jest.setTimeout(180_000);

describe("over PostgreSQL", () => {
  let database: OwnDatabase;
  beforeAll(async () => {
    database = await createDatabase(process.env["DATABASE_URL"] ?? "");
  });
  afterAll(() => database.drop());

  tamperedAuditSuite(() =>
    startStack({
      speed: STANDING_STILL,
      variables: { DATABASE_URL: database.url },
    }),
  );
});
