import { openTestPostgres } from "@crossdock/ledger/testing";
import { consumerOffsetsSuite } from "./testing/consumer-offsets.suite.ts";
import { eventLogSuite } from "./testing/event-log.suite.ts";
import { followSuite } from "./testing/follow.suite.ts";
import { append, counted, followFrom, labelOf, openLog, take } from "./testing/log-fixture.ts";
import { quarantineSuite } from "./testing/quarantine.suite.ts";
import { retentionSuite } from "./testing/retention.suite.ts";
import { witnessSuite } from "./testing/witness.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";
const open = () => openTestPostgres(serverUrl);

describe("event log on PostgreSQL", () => {
  eventLogSuite(open);
});
describe("following on PostgreSQL", () => {
  followSuite(open);
});
describe("witnesses on PostgreSQL", () => {
  witnessSuite(open);
});
describe("quarantine on PostgreSQL", () => {
  quarantineSuite(open);
});
describe("retention on PostgreSQL", () => {
  retentionSuite(open);
});
describe("consumer offsets on PostgreSQL", () => {
  consumerOffsetsSuite(open);
});

test("what one process appends reaches followers in another", async () => {
  const opened = await open();
  const other = await opened.openAgain();
  const [here, there] = [openLog(opened.ledger), openLog(other)];
  const followed = take(followFrom(there), 2);
  await append(opened.ledger, here, counted("A-1", 1));
  await append(opened.ledger, here, counted("A-1", 2));
  expect((await followed).map(labelOf)).toEqual(["A-1 1", "A-1 2"]);
  await Promise.all([here.close(), there.close()]);
  await opened.close();
});
