import type { CustomerNumber } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { CommandRequest } from "../accept.ts";
import type { SettledWork } from "../accept-settled.ts";
import { parseIdempotencyKey } from "../idempotency.ts";
import { keepNote, openStand, type Stand } from "./stand.ts";

const AT_ONCE = 50;

type Note = ReturnType<(typeof keepNote)["parse"]>;

/** What holds for commands that are done in our own ledger as they are accepted, whatever the store. */
export function acceptSettledSuite(ledgerOf: () => Ledger): void {
  const { signal } = new AbortController();
  let ledger: Ledger;
  let stand: Stand;
  beforeEach(async () => {
    ledger = ledgerOf();
    stand = await openStand(ledger, null);
    await sql`create table if not exists kept_notes (note text not null)`.execute(ledger.db);
    await sql`truncate kept_notes`.execute(ledger.db);
  });
  afterEach(() => stand.close());

  const requestOf = (key: string, note = key): CommandRequest<Note> => ({
    clientId: "portal",
    idempotencyKey: parseIdempotencyKey(key),
    requestedBy: "clerk",
    customerNumber: "C10010" as CustomerNumber,
    data: { note },
    correlationId: "c",
    causationId: null,
  });
  const keep: SettledWork = async (trx, { id, data }) => {
    await insertNote(trx, keepNote.parse(data).note);
    return { typename: "Note", id: `note-of-${id}`, effects: { kept: true } };
  };
  const take = (request: CommandRequest<Note>, work = keep) =>
    ledger.transaction((trx) => stand.log.acceptSettled(trx, keepNote, request, work));
  const notes = async () => {
    const { rows } = await sql<{ note: string }>`select note from kept_notes`.execute(ledger.db);
    return rows.map(({ note }) => note);
  };
  const countCommands = async () =>
    (await stand.log.list({ customerNumbers: "all", first: 1, after: null })).total;

  test("a command of our own is done when it is accepted, and the journal is told once", async () => {
    const { kind, command } = await take(requestOf("one"));
    expect(kind).toBe("accepted");
    expect(command).toMatchObject({
      type: "test.keepNote",
      status: "SUCCEEDED",
      subject: "order:A",
      result: { typename: "Note", id: `note-of-${command.id}` },
    });
    expect(command.completedAt).not.toBeNull();
    expect(await stand.log.read([command.id])).toEqual([command]);
    expect(await stand.log.waitUntilSettled(command.id, 0, signal)).toEqual(command);
    expect(stand.finished).toMatchObject([{ kind: "succeeded", effects: { kept: true } }]);
    expect(await notes()).toEqual(["one"]);
    expect((await stand.log.backlog()).inFlight).toBe(0);
  });

  test("the same again is not done again", async () => {
    const first = await take(requestOf("one"));
    expect(await take(requestOf("one"))).toEqual({ kind: "replayed", command: first.command });
    expect(await notes()).toEqual(["one"]);
    expect(stand.finished).toHaveLength(1);
  });

  test("a key used again for something else is a conflict, and nothing is done", async () => {
    const first = await take(requestOf("one"));
    const second = await take(requestOf("one", "another"));
    expect(second).toEqual({ kind: "conflict", command: first.command });
    expect(await notes()).toEqual(["one"]);
  });

  test("the same key of two clients is done twice", async () => {
    await take(requestOf("one"));
    const second = await take({ ...requestOf("one"), clientId: "mobile" });
    expect(second.kind).toBe("accepted");
    expect(await notes()).toEqual(["one", "one"]);
  });

  test("fifty of one key at the same moment are done once, and each is told of it", async () => {
    const all = await Promise.all(Array.from({ length: AT_ONCE }, () => take(requestOf("one"))));
    expect(all.filter(({ kind }) => kind === "accepted")).toHaveLength(1);
    expect(all.filter(({ kind }) => kind === "replayed")).toHaveLength(AT_ONCE - 1);
    expect(new Set(all.map(({ command }) => JSON.stringify(command))).size).toBe(1);
    expect(await notes()).toEqual(["one"]);
  });

  test("work that throws leaves nothing, and its key free", async () => {
    const failing: SettledWork = async (trx, command) => {
      await keep(trx, command);
      throw new Error("no room for notes");
    };
    await expect(take(requestOf("one"), failing)).rejects.toThrow("no room for notes");
    expect([await notes(), await countCommands(), stand.finished]).toEqual([[], 0, []]);
    expect((await take(requestOf("one"))).kind).toBe("accepted");
  });

  test("what the journal cannot write down is not done", async () => {
    stand.fault.error = new Error("the event log is full");
    await expect(take(requestOf("one"))).rejects.toThrow("is full");
    expect([await notes(), await countCommands()]).toEqual([[], 0]);
  });

  test("of those who ask at the same moment the next one does it when the first cannot", async () => {
    let tries = 0;
    const failsOnce: SettledWork = async (trx, command) => {
      tries += 1;
      const done = await keep(trx, command);
      if (tries === 1) throw new Error("once");
      return done;
    };
    const all = await Promise.allSettled(
      Array.from({ length: 3 }, () => take(requestOf("one"), failsOnce)),
    );
    const kinds = all.map((one) => (one.status === "fulfilled" ? one.value.kind : "failed"));
    expect(kinds.sort()).toEqual(["accepted", "failed", "replayed"]);
    expect(await notes()).toEqual(["one"]);
    expect(tries).toBe(2);
  });
}

async function insertNote(trx: LedgerTransaction, note: string): Promise<void> {
  await sql`insert into kept_notes (note) values (${note})`.execute(trx);
}
