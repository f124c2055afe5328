import { openTestLedger } from "@crossdock/ledger/testing";
import type { TestLedger } from "@crossdock/ledger/testing";
import { commandLogSuite } from "./testing/command-log.suite.ts";
import { failureSuite } from "./testing/failure.suite.ts";
import { fenceSuite } from "./testing/fence.suite.ts";
import { openQueuesInLedger } from "./testing/queues-under-test.ts";
import type { OpenedQueues } from "./testing/queues-under-test.ts";
import { queuesSuite } from "./testing/queues.suite.ts";
import { interruptionSuite } from "./testing/interruption.suite.ts";
import { pauseSuite } from "./testing/pause.suite.ts";
import { retrySuite } from "./testing/retry.suite.ts";
import { workerSuite } from "./testing/worker.suite.ts";

describe("commands in an embedded ledger, with its queue", () => {
  let opened: TestLedger;
  let queues: OpenedQueues;
  beforeAll(async () => {
    opened = await openTestLedger();
    queues = await openQueuesInLedger(opened.ledger);
  });
  afterAll(async () => {
    await queues.close();
    await opened.close();
  });

  commandLogSuite(() => opened.ledger);
  fenceSuite(() => opened.ledger);
  queuesSuite(
    () => queues.queues,
    (id) => queues.failJob(id),
  );
  for (const suite of [workerSuite, retrySuite, failureSuite, interruptionSuite, pauseSuite]) {
    suite(
      () => opened.ledger,
      () => queues,
    );
  }
});
