import { openTestLedger } from "@crossdock/ledger/testing";
import type { TestLedger } from "@crossdock/ledger/testing";
import { openQueuesInRedis } from "./testing/queues-under-test.ts";
import type { OpenedQueues } from "./testing/queues-under-test.ts";
import { queuesSuite } from "./testing/queues.suite.ts";
import { workerSuite } from "./testing/worker.suite.ts";

const redisUrl = process.env["REDIS_URL"] ?? "REDIS_URL is not set";

describe("commands in an embedded ledger, with the queue in Redis", () => {
  let opened: TestLedger;
  let queues: OpenedQueues;
  beforeAll(async () => {
    opened = await openTestLedger();
    queues = await openQueuesInRedis(opened.ledger, redisUrl);
  });
  afterAll(async () => {
    await queues.close();
    await opened.close();
  });

  queuesSuite(
    () => queues.queues,
    (id) => queues.failJob(id),
  );
  workerSuite(
    () => opened.ledger,
    () => queues,
  );
});
