import { openTestPostgres, type TestLedger } from "@crossdock/ledger/testing";
import { cancelRaceSuite } from "./testing/cancel-race.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";

describe("over PostgreSQL", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestPostgres(serverUrl);
  }, 30_000);
  afterAll(() => opened.close());

  cancelRaceSuite(() => opened.ledger);
});
