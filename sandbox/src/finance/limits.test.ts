import { createLimitGate } from "./limits.ts";
import { NO_WAIT, startFinance } from "./testing/start-finance.ts";

const MINUTE_MS = 60_000;

test("the minute limit slides, and says when to come back", () => {
  const gate = createLimitGate({ perMinute: 2, perDay: 100, concurrent: 9 });
  expect(gate.enter(1_000).kind).toBe("admitted");
  expect(gate.enter(31_000).kind).toBe("admitted");
  expect(gate.enter(41_000)).toEqual({ kind: "refused", problem: "minute", retryAfterS: 20 });
  expect(gate.enter(1_001 + MINUTE_MS).kind).toBe("admitted");
});

test("the day limit lasts until midnight UTC, the concurrent one until somebody leaves", () => {
  const gate = createLimitGate({ perMinute: 100, perDay: 3, concurrent: 1 });
  const noon = Date.parse("2026-11-21T12:00:00Z");
  gate.enter(noon);
  expect(gate.enter(noon)).toMatchObject({ problem: "concurrent" });
  gate.leave();
  gate.enter(noon);
  gate.leave();
  gate.enter(noon);
  expect(gate.enter(noon)).toMatchObject({ problem: "day", retryAfterS: 43_200 });
  gate.leave();
  expect(gate.enter(noon + 12 * 3_600_000).kind).toBe("admitted");
});

test("answers carry what is left, a refusal why and for how long", async () => {
  const limits = { perMinute: 2, perDay: 100, concurrent: 5 };
  const finance = await startFinance({ ...NO_WAIT, limits });
  const first = await finance.send("/Accounts");
  expect(first.headers.get("x-minlimit-remaining")).toBe("1");
  expect(first.headers.get("x-daylimit-remaining")).toBe("99");
  await finance.send("/Accounts");
  const refused = await finance.send("/Accounts");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("x-rate-limit-problem")).toBe("minute");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(50);
  const calls = (await (await fetch(`${finance.url}/_control/calls`)).json()) as {
    finance: { rejected: number };
  };
  expect(calls.finance.rejected).toBe(1);
  await finance.stop();
});

test("a client that hangs up gives its place back", async () => {
  const finance = await startFinance({
    serviceMs: { least: 60, most: 60 },
    limits: { perMinute: 100, perDay: 100, concurrent: 1 },
  });
  const url = `${finance.url}/_control/faults`;
  const fault = { source: "finance", kind: "lostResponse", operation: "GET Accounts" };
  const headers = { "content-type": "application/json" };
  await fetch(url, { method: "POST", headers, body: JSON.stringify(fault) });
  await expect(finance.send("/Accounts")).rejects.toThrow();
  await fetch(url, { method: "DELETE" });
  expect((await finance.send("/Accounts")).status).toBe(200);
  const both = await Promise.all([finance.send("/Accounts"), finance.send("/Accounts")]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 429]);
  await finance.stop();
});
