import { createFaultBoard } from "./faults.ts";
import { createProfileBoard } from "./profiles.ts";
import { startSandbox, type RunningSandbox } from "./start.ts";
import { createIdleSource } from "./testing/idle-source.ts";

const rolls = (board: ReturnType<typeof createProfileBoard>, chance: string) =>
  Array.from({ length: 20 }, () => board.roll(chance));

test("chances fall alike in every sandbox, whatever else is asked meanwhile", () => {
  const [one, other] = [createProfileBoard(), createProfileBoard()];
  other.roll("something else");
  expect(rolls(one, "a")).toEqual(rolls(other, "a"));
  expect(rolls(one, "a")).not.toEqual(rolls(one, "b"));
  const another = createProfileBoard([], 7);
  expect(rolls(another, "a")).not.toEqual(rolls(createProfileBoard(), "a"));
});

test("chances start again when profiles are switched", () => {
  const board = createProfileBoard(["dist-c"]);
  const first = rolls(board, "a");
  board.set(["dist-c"]);
  expect(rolls(board, "a")).toEqual(first);
});

test("a profile's faults stay until it is switched off, after those that were planned", () => {
  const profiles = createProfileBoard(["finance-outage"]);
  const faults = createFaultBoard(profiles);
  const strike = () => faults.strike("finance", "GET Invoices", ["down", "error"])?.kind;
  expect([strike(), strike()]).toEqual(["down", "down"]);
  expect(faults.strike("erp", "GET items", ["down"])).toBeNull();
  faults.set({ source: "finance", kind: "error", rate: 1, latencyMs: 0, forMs: 60_000, times: 1 });
  expect([strike(), strike()]).toEqual(["error", "down"]);
  profiles.set([]);
  expect(strike()).toBeUndefined();
  expect(faults.struck()).toEqual({ "finance down": 3, "finance error": 1 });
});

test.each(["tax", "carrier"] as const)("an outage of %s is nobody else's", (source) => {
  const faults = createFaultBoard(createProfileBoard([`${source}-outage`]));
  const others = ["erp", "wms", "finance", "tax", "carrier"] as const;
  const struck = others.filter((name) => faults.strike(name, "GET", ["down"]) !== null);
  expect(struck).toEqual([source]);
});

describe("the control side", () => {
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      speed: 1,
      profiles: ["cloud-a"],
      sources: {
        erp: () => createIdleSource("erp"),
        wms: () => createIdleSource("wms"),
        finance: () => createIdleSource("finance"),
      },
    });
  });
  afterAll(() => sandbox.stop());

  const profile = async (body?: unknown) => {
    const answer = await fetch(`${sandbox.url}/_control/profile`, {
      ...(body !== undefined && {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    return { status: answer.status, body: await answer.json() };
  };

  test("shows and switches the profiles", async () => {
    expect((await profile()).body).toEqual({ profiles: ["cloud-a"], disturbed: {} });
    expect(await profile({ profiles: ["dist-c", "period-close"] })).toEqual({
      status: 200,
      body: { profiles: ["dist-c", "period-close"], disturbed: {} },
    });
    expect((await profile({ profiles: [] })).body).toMatchObject({ profiles: [] });
  });

  test("refuses a name that is none, and keeps what was on", async () => {
    await profile({ profiles: ["dist-c"] });
    expect(await profile({ profiles: ["cloud-z"] })).toMatchObject({ status: 400 });
    expect((await profile()).body).toMatchObject({ profiles: ["dist-c"] });
  });
});
