import {
  createCommandLog,
  defineCommand,
  defineOwnCommand,
  type CommandLog,
  type SettledWork,
} from "@crossdock/commands";
import {
  maySee,
  orderSubject,
  parseCustomerNumber,
  parseInstant,
  parseOrderId,
  refusal,
  type Viewer,
} from "@crossdock/domain";
import { allEvents, createEventLog, LOG_START, type EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import {
  createCommandJournal,
  createOrderProcess,
  type CommandEffects,
  type OrderProcess,
} from "@crossdock/processes";
import { createLogger, createReadTally, systemClock } from "@crossdock/runtime";
import { sql } from "kysely";
import { z } from "zod";
import {
  RefusedCommand,
  takeCommand,
  type CommandAnswer,
  type CommandAsked,
  type CommandTaker,
} from "../take-command.ts";
import { viewerOf } from "./viewers.ts";

const AT_ONCE = 50;
const note = { data: z.object({ note: z.string() }), subjectOf: () => orderSubject(ORDER) };
const ORDER = parseOrderId("7K3QF9M2ZT");
/** A command of the suite that a worker would send. */
const sendNote = defineCommand({
  type: "test.sendNote",
  version: 1,
  lane: "erp",
  attempts: 1,
  backoff: { baseMs: 1, maxMs: 1 },
  ...note,
});
/** A command of the suite that is done at once. */
const keepNote = defineOwnCommand({ type: "test.keepNote", version: 1, ...note });
type Note = ReturnType<(typeof sendNote)["parse"]>;

const MINE = parseCustomerNumber("C10010");
const buyer = viewerOf("portal", ["C10010"]);
/** Of the same application, so with the same keys. */
const otherBuyer = viewerOf("portal", ["C10020"]);
const mobileBuyer = viewerOf("mobile", ["C10010"]);
const operator = { ...viewerOf("operator", "all"), clientId: "portal" };

/** What every mutation promises by `takeCommand`, whatever the store. */
export function takeCommandSuite(ledgerOf: () => Ledger): void {
  let ledger: Ledger;
  let eventLog: EventLog;
  let commandLog: CommandLog;
  let plans = 0;

  beforeEach(async () => {
    ledger = ledgerOf();
    const logger = createLogger({ name: "test", level: "silent" });
    const clock = systemClock;
    eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
    const orderProcess: OrderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
    const journal = createCommandJournal({ eventLog, process: () => orderProcess, clock });
    const definitions = [sendNote, keepNote];
    commandLog = createCommandLog({ ledger, definitions, clock, journal, logger });
    plans = 0;
    await sql`create table if not exists kept_notes (note text not null)`.execute(ledger.db);
    await sql`truncate commands, events, kept_notes`.execute(ledger.db);
  });
  afterEach(async () => {
    await commandLog.close();
    await eventLog.close();
  });

  const contextOf = (viewer: Viewer | null, replayed = new Set<string>()): CommandTaker => ({
    requestId: "request-1",
    correlationId: "correlation-1",
    viewer,
    signal: new AbortController().signal,
    startedAt: parseInstant("2026-11-21T08:00:00Z"),
    maxAgeMs: null,
    reads: createReadTally(),
    replayed,
    deps: { ledger, commandLog },
  });
  const keep: SettledWork = async (trx, { id, data }) => {
    await sql`insert into kept_notes (note) values (${keepNote.parse(data).note})`.execute(trx);
    const effects: CommandEffects = { orders: [], events: [] };
    return { typename: "Note", id, effects };
  };
  /** What a mutation asks for of account C10010, for whoever may see that. */
  const askedFor = (
    viewer: Viewer,
    wanted: string,
    input: CommandAsked<Note>["input"],
  ): CommandAsked<Note> => ({
    definition: sendNote,
    input,
    intent: { wanted },
    plan: () => {
      plans += 1;
      return Promise.resolve(
        maySee(viewer, MINE)
          ? { kind: "planned", data: { note: wanted }, customerNumber: MINE }
          : {
              kind: "refused",
              userErrors: [refusal("UNKNOWN_ORDER", "There is no such order.", ["orderId"])],
            },
      );
    },
  });
  type Asking = {
    readonly viewer?: Viewer;
    readonly key?: string;
    readonly waitMs?: number;
    readonly work?: SettledWork;
    readonly replayed?: Set<string>;
  };
  const ask = (wanted: string, asking: Asking = {}): Promise<CommandAnswer> => {
    const { viewer = buyer, key = "key-1", waitMs = 0, work, replayed } = asking;
    const asked = askedFor(viewer, wanted, { idempotencyKey: key, waitMs });
    const own = work === undefined ? {} : { work, definition: keepNote };
    return takeCommand({ ...asked, ...own }, contextOf(viewer, replayed));
  };
  const codesOf = ({ userErrors }: CommandAnswer) => userErrors.map(({ code }) => code);
  const remains = async () => {
    const { rows } = await sql<{ commands: string; notes: string }>`
      select (select count(*) from commands) as commands,
        (select count(*) from kept_notes) as notes`.execute(ledger.db);
    const events = await eventLog.readPage({ after: LOG_START, limit: 100 });
    return { ...rows[0], events: events.length };
  };
  const NOTHING = { commands: "0", notes: "0", events: 0 };

  test("a command is on disk when it is answered, with who asked and for whom", async () => {
    const { command, replayed, userErrors } = await ask("a note");
    expect([replayed, userErrors]).toEqual([false, []]);
    const [record] = await commandLog.read([command?.id ?? ""]);
    expect(record).toMatchObject({
      type: "test.sendNote",
      status: "ACCEPTED",
      clientId: "portal",
      requestedBy: buyer.id,
      customerNumber: MINE,
      subject: `order:${ORDER}`,
      data: { note: "a note" },
      correlationId: "correlation-1",
    });
  });

  test("a repeat gets its first answer without being judged again, and the client is told", async () => {
    const first = await ask("a note");
    const told = new Set<string>();
    const again = await ask("a note", { replayed: told });
    expect(again).toMatchObject({ command: { id: first.command?.id }, replayed: true });
    expect([...told]).toEqual([first.command?.id]);
    expect(plans).toBe(1);
  });

  test("another input under the key is a conflict that names the first command", async () => {
    const first = await ask("a note");
    const second = await ask("another note");
    expect(second).toMatchObject({ command: null, replayed: false });
    expect(second.userErrors).toMatchObject([
      { code: "IDEMPOTENCY_CONFLICT", field: ["idempotencyKey"] },
    ]);
    expect(second.userErrors[0]?.message).toContain(first.command?.id);
  });

  test("the same key of another application is another command", async () => {
    const first = await ask("a note");
    const second = await ask("a note", { viewer: mobileBuyer });
    expect(second.replayed).toBe(false);
    expect(second.command?.id).not.toBe(first.command?.id);
  });

  test("of another account of the same application nothing is told, whatever it asks under the key", async () => {
    const first = await ask("a note");
    expect(codesOf(await ask("a note", { viewer: otherBuyer }))).toEqual(["UNKNOWN_ORDER"]);
    const conflict = await ask("another note", { viewer: otherBuyer });
    expect(codesOf(conflict)).toEqual(["IDEMPOTENCY_CONFLICT"]);
    expect(conflict.userErrors[0]?.message).not.toContain(first.command?.id);
    expect(await ask("a note", { viewer: operator })).toMatchObject({
      command: { id: first.command?.id },
      replayed: true,
    });
  });

  test("not even where the plan has nothing against it", async () => {
    const first = await ask("a note");
    const asked = askedFor(otherBuyer, "a note", { idempotencyKey: "key-1" });
    const customerNumber = parseCustomerNumber("C10020");
    const answer = await takeCommand(
      {
        ...asked,
        plan: () => Promise.resolve({ kind: "planned", data: { note: "a note" }, customerNumber }),
      },
      contextOf(otherBuyer),
    );
    expect(answer).toMatchObject({ command: null, replayed: false });
    expect(codesOf(answer)).toEqual(["IDEMPOTENCY_CONFLICT"]);
    expect(answer.userErrors[0]?.message).not.toContain(first.command?.id);
  });

  test("what can be no key or waiting time is refused before anybody is asked", async () => {
    expect(codesOf(await ask("a note", { key: "", waitMs: -1 }))).toEqual([
      "INVALID_VALUE",
      "INVALID_VALUE",
    ]);
    expect(codesOf(await ask("a note", { key: "k".repeat(256) }))).toEqual(["INVALID_VALUE"]);
    expect(codesOf(await ask("a note", { waitMs: 10_001 }))).toEqual(["INVALID_VALUE"]);
    expect([plans, await remains()]).toEqual([0, NOTHING]);
  });

  test("what the plan refuses leaves nothing, and its key free", async () => {
    expect(codesOf(await ask("a note", { viewer: otherBuyer }))).toEqual(["UNKNOWN_ORDER"]);
    expect(await remains()).toEqual(NOTHING);
    expect((await ask("a note")).userErrors).toEqual([]);
  });

  test("what is refused for what its twin has done since gets the twin's answer", async () => {
    const userErrors = [refusal("EXCEEDS_BALANCE", "Nothing is open any more.", ["amount"])];
    const late: CommandAsked<Note> = {
      ...askedFor(buyer, "a note", { idempotencyKey: "key-1" }),
      plan: async () => {
        await ask("a note");
        return { kind: "refused", userErrors };
      },
    };
    const answer = await takeCommand(late, contextOf(buyer));
    expect(answer).toMatchObject({ command: { status: "ACCEPTED" }, replayed: true });
    expect(await remains()).toMatchObject({ commands: "1" });
  });

  test("who is not signed in is told so", async () => {
    const asked = askedFor(buyer, "a note", { idempotencyKey: "key-1" });
    await expect(takeCommand(asked, contextOf(null))).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  test("whoever waits has a command that is not settled as it is when the time is up", async () => {
    const answer = await ask("a note", { waitMs: 20 });
    expect(answer.command?.status).toBe("ACCEPTED");
  });

  test("a command of our own is done when it is answered, and a repeat is not done again", async () => {
    const first = await ask("a note", { work: keep, waitMs: 10_000 });
    expect(first.command).toMatchObject({ status: "SUCCEEDED", result: { typename: "Note" } });
    const again = await ask("a note", { work: keep });
    expect(again).toMatchObject({ command: { id: first.command?.id }, replayed: true });
    expect(await remains()).toMatchObject({ commands: "1", notes: "1" });
  });

  test("a refusal in the middle of the work leaves nothing of it, and the key free", async () => {
    const refuses: SettledWork = async (trx, command) => {
      await keep(trx, command);
      throw new RefusedCommand([refusal("INVALID_STATUS", "It is past that.", ["status"])]);
    };
    const answer = await ask("a note", { work: refuses });
    expect(answer).toMatchObject({ command: null, replayed: false });
    expect(codesOf(answer)).toEqual(["INVALID_STATUS"]);
    expect(await remains()).toEqual(NOTHING);
    expect((await ask("a note", { work: keep })).replayed).toBe(false);
    expect(await remains()).toMatchObject({ commands: "1", notes: "1" });
  });

  test("any other failure of the work is no refusal, and leaves nothing either", async () => {
    const fails: SettledWork = async (trx, command) => {
      await keep(trx, command);
      throw new Error("no room for notes");
    };
    await expect(ask("a note", { work: fails })).rejects.toThrow("no room for notes");
    expect(await remains()).toEqual(NOTHING);
  });

  test.each([
    ["that a worker sends", undefined, { commands: "1", notes: "0" }],
    ["of our own", keep, { commands: "1", notes: "1" }],
  ])("fifty of one key at the same moment are one command %s", async (_kind, work, left) => {
    const asking = work === undefined ? {} : { work };
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => ask("a note", asking)));
    expect(new Set(answers.map(({ command }) => command?.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await remains()).toMatchObject(left);
  });
}
