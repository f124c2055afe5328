import { openTestLedger } from "@crossdock/ledger/testing";
import { consumerOffsetsSuite } from "./testing/consumer-offsets.suite.ts";
import { eventLogSuite } from "./testing/event-log.suite.ts";
import { followSuite } from "./testing/follow.suite.ts";
import { quarantineSuite } from "./testing/quarantine.suite.ts";
import { retentionSuite } from "./testing/retention.suite.ts";
import { witnessSuite } from "./testing/witness.suite.ts";

describe("event log, embedded", () => {
  eventLogSuite(openTestLedger);
});
describe("following, embedded", () => {
  followSuite(openTestLedger);
});
describe("witnesses, embedded", () => {
  witnessSuite(openTestLedger);
});
describe("quarantine, embedded", () => {
  quarantineSuite(openTestLedger);
});
describe("retention, embedded", () => {
  retentionSuite(openTestLedger);
});
describe("consumer offsets, embedded", () => {
  consumerOffsetsSuite(openTestLedger);
});
