import type { CustomerNumber } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { systemClock } from "@crossdock/runtime";
import type { CommandRequest } from "../accept.ts";
import { parseIdempotencyKey } from "../idempotency.ts";
import { createMakeCommand } from "../new-command.ts";
import { createTake, GROUP_LIMITS } from "../take.ts";
import { openStand, putDocument } from "./stand.ts";
import type { PutDocument, Stand } from "./stand.ts";

const GROUP = 40;
const ROUNDS = 10;
/** What neither store can keep in JSON. */
const UNWRITABLE = "\u0000";

/** What holds when many ask at the same moment, whatever the store. */
export function acceptSuite(ledgerOf: () => Ledger): void {
  const { signal } = new AbortController();
  let stand: Stand;
  beforeEach(async () => {
    stand = await openStand(ledgerOf(), null);
  });
  afterEach(() => stand.close());

  const requestOf = (key: string, document = key): CommandRequest<PutDocument> => ({
    clientId: "portal",
    idempotencyKey: parseIdempotencyKey(key),
    requestedBy: "clerk",
    customerNumber: "C10010" as CustomerNumber,
    data: { document, order: key },
    correlationId: "c",
    causationId: null,
  });
  const take = (request: CommandRequest<PutDocument>) =>
    stand.log.take(putDocument, request, signal);
  const keysOf = (prefix: string) =>
    Array.from({ length: GROUP }, (_none, at) => `${prefix}${String(at)}`);

  test("a request that cannot be written does not spoil those beside it", async () => {
    const requests = keysOf("m").map((key, at) =>
      requestOf(key, at % 8 === 3 ? UNWRITABLE : "document"),
    );
    const outcomes = await Promise.allSettled(requests.map(take));
    for (const [at, outcome] of outcomes.entries()) {
      expect(outcome.status).toBe(at % 8 === 3 ? "rejected" : "fulfilled");
    }
    const { total } = await stand.log.list({ customerNumbers: "all", first: 1, after: null });
    expect(total).toBe((GROUP / 8) * 7);
  });

  test("of one key for two intents at the same moment the first is taken, and the second is told of it", async () => {
    const [first, second, third] = await Promise.all([
      take(requestOf("k", "one")),
      take(requestOf("k", "other")),
      take(requestOf("k", "one")),
    ]);
    expect(first?.kind).toBe("accepted");
    expect(second).toEqual({ kind: "conflict", command: first?.command });
    expect(third).toEqual({ kind: "replayed", command: first?.command });
  });

  test("what is answered at once is what is read later", async () => {
    const accepted = await Promise.all(keysOf("r").map((key) => take(requestOf(key))));
    const ids = accepted.map(({ command }) => command.id);
    expect(await stand.log.read(ids)).toEqual(accepted.map(({ command }) => command));
  });

  test("commands that are accepted together keep the order of their requests, whatever their keys", async () => {
    const keys = keysOf("o").reverse();
    await ledgerOf().transaction((trx) =>
      stand.log.acceptEach(
        trx,
        putDocument,
        keys.map((key) => requestOf(key)),
      ),
    );
    const page = await stand.log.list({ customerNumbers: "all", first: GROUP, after: null });
    const listed = page.entries.map(({ command }) => command.idempotencyKey);
    expect(listed.reverse()).toEqual(keys);
  });

  test("the same keys in two orders at the same moment do not wait for each other", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const keys = keysOf(`round ${String(round)}, `);
      const bulk = (order: readonly string[]) =>
        ledgerOf().transaction((trx) =>
          stand.log.acceptEach(
            trx,
            putDocument,
            order.map((key) => requestOf(key)),
          ),
        );
      const answers = await Promise.all([
        bulk(keys),
        bulk([...keys].reverse()),
        ...keys.map((key) => take(requestOf(key))),
      ]);
      const all = answers.flat();
      expect(all.filter(({ kind }) => kind === "accepted")).toHaveLength(GROUP);
      expect(all.filter(({ kind }) => kind === "replayed")).toHaveLength(2 * GROUP);
    }
  });

  test("who has left before the database was asked leaves nothing", async () => {
    const leaving = new AbortController();
    const left = stand.log.take(putDocument, requestOf("gone"), leaving.signal);
    leaving.abort(new Error("the client left"));
    await expect(left).rejects.toThrow("the client left");
    expect(await stand.log.findByKey("portal", parseIdempotencyKey("gone"))).toBeNull();
  });

  test("when too many wait for the database, one more is asked to come again, and nothing of it is written", async () => {
    const takeFew = createTake({
      ledger: ledgerOf(),
      make: createMakeCommand(systemClock),
      journal: { accepted: () => ({ events: [], audit: [] }) },
      admission: { accepted: () => undefined },
      limits: { ...GROUP_LIMITS, maxWaiting: 3 },
    });
    const outcomes = await Promise.allSettled(
      keysOf("w")
        .slice(0, 4)
        .map((key) => takeFew(putDocument, requestOf(key), signal)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
    ]);
    expect(outcomes[3]).toMatchObject({
      reason: { code: "RATE_LIMITED", extensions: { retryAfterSeconds: 2 } },
    });
    expect(await stand.log.findByKey("portal", parseIdempotencyKey("w3"))).toBeNull();
  });
}
