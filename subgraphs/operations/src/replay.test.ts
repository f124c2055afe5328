import { succeed, type CommandRecord } from "@crossdock/commands";
import { commandProgressed, type EventConsumer } from "@crossdock/events";
import { sql } from "kysely";
import { helper, openDesk, portal, type Desk } from "./testing/desk.ts";

let desk: Desk;
let first: CommandRecord;
let second: CommandRecord;
/** What the consumer was given again, in order. */
const given: string[] = [];
let failsAt: string | null = null;

/** Takes note of what it is given; has nothing to do about commands that were only accepted. */
const notary: EventConsumer = {
  name: "notary",
  types: [commandProgressed.type],
  describe: (event) => {
    const { commandId, status } = commandProgressed.parse(event.data);
    return Promise.resolve(status === "ACCEPTED" ? null : `notes ${status} of ${commandId}`);
  },
  handle: async (trx, event) => {
    if (event.id === failsAt) throw new Error("The notary is out.");
    await sql`select 1`.execute(trx);
    given.push(event.id);
  },
};

beforeAll(async () => {
  desk = await openDesk(
    {
      execute: async ({ data }) =>
        succeed({ typename: "Order", id: data.key, effects: { orders: [], events: [] } }),
    },
    [notary],
  );
  first = await desk.settle("first");
  second = await desk.settle("second");
  await desk.stopWork();
});
beforeEach(() => {
  given.length = 0;
  failsAt = null;
});
afterAll(() => desk.close());

const EFFECTS = "{ events effects { consumer effect event { id type subjectId } } }";
const PLAN = `query ($input: ReplayInput!) { replayPlan(input: $input) ${EFFECTS} }`;
const REPLAY = `mutation ($input: ReplayInput!) { replayEvents(input: $input) ${EFFECTS} }`;
const subjectOf = ({ id }: CommandRecord) => `command:${id}`;
const replaysInJournal = async () => {
  const rows = await desk.ledger.db
    .selectFrom("audit_journal")
    .select(["actor", "outcome"])
    .where("step", "=", "replayed")
    .orderBy("sequence")
    .execute();
  return rows.map(({ actor, outcome }) => `${actor} ${outcome}`);
};

test("a plan lists what each consumer would do, in log order, and does none of it", async () => {
  const { data } = await desk.ask(PLAN, { input: { subjectId: subjectOf(first) } });
  const { events, effects } = data.replayPlan;
  expect(events).toBeGreaterThan(effects.length);
  expect(effects.at(-1)).toMatchObject({
    consumer: "notary",
    effect: `notes SUCCEEDED of ${first.id}`,
    event: { type: "commands.commandProgressed", subjectId: subjectOf(first) },
  });
  expect(given).toEqual([]);
  expect(await replaysInJournal()).toEqual([]);
});

test("a replay does what the plan says and is in the audit journal with who asked for it", async () => {
  const input = { subjectId: subjectOf(second) };
  const planned = (await desk.ask(PLAN, { input })).data.replayPlan;
  const { data } = await desk.ask(REPLAY, { input });
  expect(data.replayEvents).toEqual(planned);
  expect(given).toEqual(planned.effects.map(({ event }: { event: { id: string } }) => event.id));
  expect(given.length).toBeGreaterThan(0);
  const [row] = await replaysInJournal();
  expect(row).toContain(`op ${String(given.length)} effects`);
  expect(row).toContain(subjectOf(second));
});

test("events are selected by id, by type, by time and by consumer", async () => {
  const planOf = async (input: object) =>
    (await desk.ask(PLAN, { input })).data.replayPlan.effects.map(
      ({ event }: { event: { id: string } }) => event.id,
    );
  const all = await planOf({ consumer: "notary" });
  expect(all.length).toBeGreaterThan(2);
  expect(await planOf({ ids: [all[1]] })).toEqual([all[1]]);
  expect(await planOf({ types: [commandProgressed.type] })).toEqual(all);
  expect(await planOf({ types: ["orders.orderChanged"] })).toEqual([]);
  expect(await planOf({ from: "2020-01-01T00:00:00Z", to: "2120-01-01T00:00:00Z" })).toEqual(all);
  expect(await planOf({ to: "2020-01-01T00:00:00Z" })).toEqual([]);
});

test("who selects nothing, names no consumer of ours or too many ids is told so", async () => {
  for (const [input, told] of [
    [{}, "an id, a subject, a type, a time or a consumer"],
    [{ consumer: "nobody" }, "one of notary"],
    [{ ids: Array.from({ length: 101 }, (_, n) => String(n)) }, "at most 100"],
  ] as const) {
    const { codes, messages } = await desk.ask(REPLAY, { input });
    expect(codes).toEqual(["BAD_USER_INPUT"]);
    expect(messages[0]).toContain(told);
  }
  expect(given).toEqual([]);
});

test("a consumer that fails ends the replay there, and it can be asked for again", async () => {
  const input = { subjectId: subjectOf(first) };
  const { effects } = (await desk.ask(PLAN, { input })).data.replayPlan;
  failsAt = effects[0].event.id;
  expect((await desk.ask(REPLAY, { input })).codes).toEqual(["INTERNAL_SERVER_ERROR"]);
  failsAt = null;
  expect((await desk.ask(REPLAY, { input })).codes).toEqual([]);
  expect(given).toHaveLength(effects.length);
});

test("replays are for operators, and of the accounts that they see", async () => {
  const input = { subjectId: subjectOf(first) };
  expect((await desk.ask(REPLAY, { input }, portal)).codes).toEqual(["FORBIDDEN"]);
  const { data } = await desk.ask(PLAN, { input }, helper);
  expect(data.replayPlan).toEqual({ events: 0, effects: [] });
});

test("an event that cannot be read waits for a person, who releases it repaired", async () => {
  const WAITING = "{ quarantinedEvents { reason event { id type data } } }";
  const RELEASE = `mutation ($id: ID!, $data: JSON) { releaseEvent(id: $id, data: $data) { id cursor } }`;
  const EVENTS = `query ($after: EventCursor) { events(after: $after) { id data } }`;
  const [event] = await desk.ledger.db
    .selectFrom("events")
    .select(["id", "data", "position"])
    .where("subject", "=", subjectOf(first))
    .where("type", "=", commandProgressed.type)
    .orderBy("position", "desc")
    .limit(1)
    .execute();
  if (event === undefined) throw new Error("The command came to its end.");
  await desk.ledger.db
    .updateTable("events")
    .set({ data: JSON.stringify({ ...event.data, attempts: "one" }) })
    .where("id", "=", event.id)
    .execute();
  const before = (await desk.ask(EVENTS)).data.events.map(({ id }: { id: string }) => id);
  expect(before).not.toContain(event.id);
  const { data } = await desk.ask(WAITING);
  expect(data.quarantinedEvents).toMatchObject([
    {
      event: { id: event.id, data: { attempts: "one" } },
      reason: expect.stringContaining("attempts"),
    },
  ]);
  expect((await desk.ask(WAITING, {}, helper)).data.quarantinedEvents).toEqual([]);

  const release = (variables: object, viewer?: typeof portal) =>
    desk.ask(RELEASE, { id: event.id, ...variables }, viewer);
  expect((await release({}, helper)).codes).toEqual(["NOT_FOUND"]);
  expect((await release({})).codes).toEqual(["BAD_USER_INPUT"]);
  const released = (await release({ data: event.data })).data.releaseEvent;
  expect(released.id).toBe(event.id);
  const after = (await desk.ask(EVENTS)).data.events;
  expect(after.at(-1)).toMatchObject({ data: event.data });
  expect((await desk.ask(WAITING)).data.quarantinedEvents).toEqual([]);
  const told = await desk.ledger.db
    .selectFrom("audit_journal")
    .select(["actor", "command_id"])
    .where("step", "=", "released")
    .execute();
  expect(told).toEqual([{ actor: "op", command_id: event.id }]);
});
