import type { CustomerNumber } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { parseIdempotencyKey } from "../idempotency.ts";
import { openStand, putDocument } from "./stand.ts";
import type { Stand } from "./stand.ts";

const invoice = { document: "invoice", order: "A" };
const key = parseIdempotencyKey("one-intent");

/** What a log of commands promises, whatever the store. */
export function commandLogSuite(ledgerOf: () => Ledger): void {
  let stand: Stand;
  beforeEach(async () => {
    stand = await openStand(ledgerOf(), null);
  });
  afterEach(() => stand.close());

  test("fifty requests with one key at the same moment make one command", async () => {
    const acceptances = await Promise.all(
      Array.from({ length: 50 }, () => stand.accept(invoice, { idempotencyKey: key })),
    );
    const kinds = acceptances.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(["accepted", ...Array.from({ length: 49 }, () => "replayed")]);
    expect(new Set(acceptances.map(({ command }) => command.id)).size).toBe(1);
    expect((await stand.log.list({ customerNumbers: "all", first: 10, after: null })).total).toBe(
      1,
    );
    expect(stand.told).toHaveLength(1);
  });

  test("a key used again for something else is a conflict, and the first command stays as it was", async () => {
    const first = await stand.accept(invoice, { idempotencyKey: key });
    const second = await stand.accept({ ...invoice, document: "other" }, { idempotencyKey: key });
    expect(second).toEqual({ kind: "conflict", command: first.command });
  });

  test("values that the server made do not matter for the comparison", async () => {
    const fingerprint = { wanted: "an invoice" };
    const first = await stand.accept(invoice, { idempotencyKey: key, fingerprint });
    const again = { ...invoice, document: "minted anew" };
    const second = await stand.accept(again, { idempotencyKey: key, fingerprint });
    expect(second).toEqual({ kind: "replayed", command: first.command });
  });

  test("the same key of two clients is two commands", async () => {
    const first = await stand.accept(invoice, { idempotencyKey: key, clientId: "portal" });
    const second = await stand.accept(invoice, { idempotencyKey: key, clientId: "mobile" });
    expect(second.kind).toBe("accepted");
    expect(second.command.id).not.toBe(first.command.id);
    expect(await stand.log.findByKey("mobile", key)).toEqual(second.command);
    expect(await stand.log.findByKey("partner", key)).toBeNull();
  });

  test("an acceptance that is rolled back leaves nothing, and its key free", async () => {
    const undone = ledgerOf().transaction(async (trx) => {
      await stand.log.accept(trx, putDocument, {
        clientId: "portal",
        idempotencyKey: key,
        requestedBy: "clerk",
        customerNumber: null,
        data: invoice,
        correlationId: "c",
        causationId: null,
      });
      throw new Error("no stock");
    });
    await expect(undone).rejects.toThrow("no stock");
    expect(await stand.log.findByKey("portal", key)).toBeNull();
    expect((await stand.accept(invoice, { idempotencyKey: key })).kind).toBe("accepted");
  });

  test("a command is not accepted when the journal cannot write it down", async () => {
    stand.fault.error = new Error("the event log is full");
    await expect(stand.accept(invoice, { idempotencyKey: key })).rejects.toThrow("is full");
    expect(await stand.log.findByKey("portal", key)).toBeNull();
  });

  test("commands are read in the order of their ids, with null for an unknown one", async () => {
    const { command: first } = await stand.accept(invoice);
    const { command: second } = await stand.accept(invoice);
    expect(await stand.log.read([second.id, "unknown", first.id])).toEqual([second, null, first]);
  });

  test("pages run from the newest to the oldest, each command once, with the total", async () => {
    const accepted: string[] = [];
    for (let n = 0; n < 5; n += 1) accepted.push((await stand.accept(invoice)).command.id);
    const seen: string[] = [];
    let after: string | null = null;
    for (let hasMore = true; hasMore;) {
      const page = await stand.log.list({ customerNumbers: "all", first: 2, after });
      expect(page.total).toBe(5);
      seen.push(...page.entries.map(({ command }) => command.id));
      after = page.entries.at(-1)?.cursor ?? null;
      hasMore = page.hasMore;
    }
    expect(seen).toEqual(accepted.reverse());
  });

  test("a list holds only what its filter lets through", async () => {
    const { command } = await stand.accept(invoice);
    await stand.accept(invoice, { customerNumber: "C10020" as CustomerNumber });
    await stand.accept(invoice, { customerNumber: null });
    const list = async (filter: object) => {
      const page = await stand.log.list({
        customerNumbers: [command.customerNumber as CustomerNumber],
        first: 10,
        after: null,
        ...filter,
      });
      return page.entries.map((entry) => entry.command.id);
    };
    expect(await list({})).toEqual([command.id]);
    expect(await list({ customerNumbers: [] })).toEqual([]);
    expect(await list({ customerNumbers: "all" })).toHaveLength(3);
    expect(await list({ status: ["SUCCEEDED"] })).toEqual([]);
    expect(await list({ type: "test.putDocument" })).toEqual([command.id]);
    expect(await list({ type: "test.other" })).toEqual([]);
    expect(await list({ from: command.acceptedAt })).toEqual([command.id]);
    expect(await list({ to: command.acceptedAt })).toEqual([]);
  });

  test("the backlog counts what is in flight, and names the oldest", async () => {
    const none = { inFlight: 0, deadLettered: 0, oldestAcceptedAt: null };
    expect(await stand.log.backlog()).toEqual(none);
    const { command } = await stand.accept(invoice);
    const { command: second } = await stand.accept(invoice);
    expect(await stand.log.backlog()).toEqual({
      inFlight: 2,
      deadLettered: 0,
      oldestAcceptedAt: command.acceptedAt,
    });
    for (const { id } of [command, second]) await stand.log.cancel(id, "not wanted");
    expect(await stand.log.backlog()).toEqual(none);
  });

  test("a cursor that this list did not give is refused", async () => {
    const page = stand.log.list({ customerNumbers: "all", first: 2, after: "bm9uc2Vuc2U" });
    await expect(page).rejects.toMatchObject({ code: "BAD_USER_INPUT", field: "after" });
  });

  test("whoever waits for a command gets it as it is when the time is up", async () => {
    const { command } = await stand.accept(invoice);
    const signal = new AbortController().signal;
    expect(await stand.log.waitUntilSettled(command.id, 5, signal)).toEqual(command);
    expect(await stand.log.waitUntilSettled("unknown", 5, signal)).toBeNull();
  });

  test("waiting ends with the reason of an aborted signal", async () => {
    const { command } = await stand.accept(invoice);
    const leaving = new AbortController();
    const waiting = stand.log.waitUntilSettled(command.id, 60_000, leaving.signal);
    leaving.abort(new Error("the client left"));
    await expect(waiting).rejects.toThrow("the client left");
  });

  test("a command that was not sent can be taken back, which wakes whoever waits for it", async () => {
    const { command } = await stand.accept(invoice);
    const waiting = stand.settled(command.id);
    const cancelled = await stand.log.cancel(command.id, "ordered twice");
    expect(cancelled).toMatchObject({
      kind: "done",
      command: { status: "CANCELLED", error: { code: "CANCELLED", message: "ordered twice" } },
    });
    expect(await waiting).toMatchObject({ status: "CANCELLED" });
    expect(await stand.log.cancel(command.id, "again")).toMatchObject({ kind: "refused" });
    expect(await stand.log.cancel("unknown", "why not")).toEqual({ kind: "absent" });
  });

  test("only a dead-lettered command is retried by a person", async () => {
    const { command } = await stand.accept(invoice);
    expect(await stand.log.retry(command.id)).toEqual({ kind: "refused", command });
    expect(await stand.log.retry("unknown")).toEqual({ kind: "absent" });
  });
}
