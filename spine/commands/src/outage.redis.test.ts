import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { openTestLedger } from "@crossdock/ledger/testing";
import { openCommandQueues } from "./queues.ts";
import { done } from "./testing/outcomes.ts";
import { openStand, silent } from "./testing/stand.ts";

const redisUrl = process.env["REDIS_URL"] ?? "REDIS_URL is not set";
const OUTAGE_MS = 10_000;
/** An accept of a busy machine; it would be the whole outage if it waited for Redis. */
const ACCEPT_WITHIN_MS = 3_000;

test("Redis is away for ten seconds: accepts go on, and all that was accepted is done afterwards, and once", async () => {
  const network = await openNetworkTo(new URL(redisUrl));
  const { ledger, close } = await openTestLedger();
  const queues = await openCommandQueues({
    ledger,
    redisUrl: network.url,
    redisPrefix: `{test-${randomUUID()}}`,
    logger: silent,
  });
  const stand = await openStand(ledger, queues);
  const sent: string[] = [];
  await stand.work({
    execute: (command) => {
      sent.push(command.data.document);
      return done(command);
    },
  });
  const { command: before } = await stand.accept({ document: "before", order: "before" });
  await stand.settled(before.id);

  await network.cut();
  const endsMs = performance.now() + OUTAGE_MS;
  const documents = Array.from({ length: 20 }, (_none, at) => `D${String(at)}`);
  const ids: string[] = [];
  for (const document of documents) {
    const startedMs = performance.now();
    ids.push((await stand.accept({ document, order: document })).command.id);
    expect(performance.now() - startedMs).toBeLessThan(ACCEPT_WITHIN_MS);
  }
  await sleep(Math.max(0, endsMs - performance.now()));
  expect(sent).toEqual(["before"]);

  await network.mend();
  const settled = await Promise.all(ids.map((id) => stand.settled(id)));
  expect(settled.map(({ status, attempts }) => `${status} ${String(attempts)}`)).toEqual(
    documents.map(() => "SUCCEEDED 1"),
  );
  expect(sent.sort()).toEqual([...documents, "before"].sort());
  await stand.close();
  await queues.close();
  await close();
  await network.cut();
}, 60_000);

/** A way to a server that can be cut: nobody gets through, and who was through is cut off. */
async function openNetworkTo({ hostname, port }: URL) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    client.pipe(upstream).pipe(client);
  });
  const listen = async (at: number) => {
    server.listen(at, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const { port: ours } = server.address() as AddressInfo;
  return {
    url: `redis://127.0.0.1:${String(ours)}`,
    cut: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
    mend: () => listen(ours),
  };
}
