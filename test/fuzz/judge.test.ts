import type { Attack } from "./attack.ts";
import { createChoices } from "./choices.ts";
import { FOUND } from "./found.ts";
import { judge } from "./judge.ts";
import type { Observation } from "./observation.ts";
import { planAttack } from "./plan-attack.ts";
import { createProgramLog } from "./program-log.ts";

const ATTACK: Attack = { kind: "http", method: "POST", path: "/graphql", headers: {} };
const SECRETS = [{ name: "the ERP's secret", text: "hush-hush-hush" }];

const answer = (status: number, body: unknown): Observation => ({
  status,
  head: "content-type\napplication/json",
  texts: [typeof body === "string" ? body : JSON.stringify(body)],
  silence: null,
});
const withCode = (code: string) => ({ errors: [{ message: "no", extensions: { code } }] });

test.each([
  ["data", answer(200, { data: { viewer: null } })],
  ["a refusal with a code", answer(400, withCode("BAD_USER_INPUT"))],
  ["a source that is away", answer(503, withCode("SOURCE_UNAVAILABLE"))],
  ["a stream", answer(200, `event: next\ndata: ${JSON.stringify(withCode("FORBIDDEN"))}\n\n`)],
])("%s is as it should be", (_what, observation) => {
  expect(judge(ATTACK, observation, SECRETS)).toEqual([]);
});

test.each([
  ["an error without a code", answer(400, { errors: [{ message: "no" }] }), /has no code/],
  ["a code of nobody", answer(400, withCode("TEAPOT")), /TEAPOT is in no catalogue/],
  ["our fault", answer(200, withCode("INTERNAL_SERVER_ERROR")), /called our fault/],
  [
    "our fault within a stream",
    answer(200, `event: next\ndata: ${JSON.stringify(withCode("INTERNAL_SERVER_ERROR"))}\n\n`),
    /called our fault/,
  ],
  [
    "our fault on a socket",
    answer(101, { type: "error", id: "1", payload: withCode("INTERNAL_SERVER_ERROR").errors }),
    /called our fault/,
  ],
  ["5xx without a code", answer(502, "Bad gateway"), /Status 502/],
  ["a secret", answer(200, "it is hush-hush-hush"), /the ERP's secret/],
  ["a stack", answer(400, "Error: x\n    at run (/srv/app/src/main.ts:3:7)"), /a stack frame/],
  ["SQL", answer(400, 'select "id" from "orders" where "id" = $1'), /SQL/],
  ["nothing", { ...answer(200, ""), silence: "timeout" as const }, /No answer came in time/],
  ["a cut", { ...answer(200, ""), silence: "cut" as const }, /cut without an answer/],
])("%s is a fault", (_what, observation, fault) => {
  expect(judge(ATTACK, observation, SECRETS).join(" ")).toMatch(fault);
});

test("an error in the log is a fault, once; a warning is none", () => {
  const log = createProgramLog();
  log.write('{"level":"warn","msg":"a source is slow"}\n{"level":"error","msg":"an oper');
  expect(log.takeFaults()).toEqual([]);
  log.write('ation failed"}\n(node:1) MaxListenersExceededWarning: Possible leak\n');
  expect(log.takeFaults()).toHaveLength(2);
  expect(log.takeFaults()).toEqual([]);
});

test("a tape tells the same attack each time, and none tells the plainest", () => {
  const makeOperation = () => ({ query: "query Fuzz { __typename }", variables: {} });
  const tape = Array.from({ length: 60 }, (_none, at) => (at * 7_919) % 65_536);
  const plan = (numbers: readonly number[]) => planAttack(numbers, makeOperation, ["portal"]);
  expect(plan(tape)).toEqual(plan(tape));
  expect(plan([])).toMatchObject({
    kind: "http",
    path: "/graphql",
    body: { text: '{"query":"query Fuzz { __typename }","variables":{}}' },
  });
  expect(createChoices([]).onceIn(1)).toBe(false);
});

test("what was found once can be told again", () => {
  expect(FOUND.length).toBeGreaterThan(5);
  expect(() => JSON.stringify(FOUND)).not.toThrow();
});
