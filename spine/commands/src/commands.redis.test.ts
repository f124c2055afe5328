import { openTestLedger } from "@crossdock/ledger/testing";
import type { TestLedger } from "@crossdock/ledger/testing";
import { succeed } from "./handler.ts";
import { openQueuesInRedis } from "./testing/queues-under-test.ts";
import type { OpenedQueues } from "./testing/queues-under-test.ts";
import { queuesSuite } from "./testing/queues.suite.ts";
import { openStand } from "./testing/stand.ts";
import { failureSuite } from "./testing/failure.suite.ts";
import { interruptionSuite } from "./testing/interruption.suite.ts";
import { retrySuite } from "./testing/retry.suite.ts";
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
  for (const suite of [workerSuite, retrySuite, failureSuite, interruptionSuite]) {
    suite(
      () => opened.ledger,
      () => queues,
    );
  }

  test("all keys of Redis are lost in the middle of a run: every command is done, and once", async () => {
    const stand = await openStand(opened.ledger, queues.queues);
    const sent: string[] = [];
    let flushed: Promise<void> | null = null;
    await stand.work(
      {
        execute: async ({ data: { document } }) => {
          sent.push(document);
          if (sent.length === 20) flushed = queues.lose();
          await flushed;
          return succeed({ typename: "Document", id: document, effects: null });
        },
      },
      { lookAgainMs: 500 },
    );
    const documents = Array.from({ length: 60 }, (_none, at) => `D${String(at)}`);
    const accepted = await Promise.all(
      documents.map((document) => stand.accept({ document, order: document })),
    );
    const settled = await Promise.all(accepted.map(({ command }) => stand.settled(command.id)));
    expect(settled.map(({ status, attempts }) => `${status} ${String(attempts)}`)).toEqual(
      documents.map(() => "SUCCEEDED 1"),
    );
    expect(sent.sort()).toEqual(documents.sort());
    expect(flushed).not.toBeNull();
    await stand.close();
  });
});
