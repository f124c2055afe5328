import { setTimeout as sleep } from "node:timers/promises";
import { STANDING_STILL } from "../src/config-file.ts";
import { readMetric } from "../src/metrics.ts";
import { startStack, type Stack } from "../src/stack.ts";

const POINTS_PER_MINUTE = 150;
const REFUSED = "crossdock_gateway_operations_refused_total";
const MS_PER_SECOND = 1_000;
/** May cost 41 points each time: twenty orders, their edges, and the list itself. */
const BODY = JSON.stringify({ query: "{ orders(first: 20) { edges { node { number } } } }" });

jest.setTimeout(180_000);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ speed: STANDING_STILL, pointsPerMinute: POINTS_PER_MINUTE });
});
afterAll(() => stack[Symbol.asyncDispose]());

const post = (token: string) =>
  fetch(`${stack.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: BODY,
  });

type Body = {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
  readonly extensions?: { readonly cost: { readonly remaining: number; readonly resetAt: string } };
};

test("a client that uses up its minute is told when to come again, and is served then; another all the while", async () => {
  const greedy = await stack.token("operator");
  const other = await stack.token("portal", "C10010");
  let over: Response | null = null;
  let resetAt = "";
  for (let asked = 0; over === null && asked < POINTS_PER_MINUTE; asked += 1) {
    const response = await post(greedy);
    if (response.status === 429) over = response;
    else resetAt = ((await response.json()) as Body).extensions?.cost.resetAt ?? "";
  }
  const seconds = Number(over?.headers.get("retry-after"));
  const { errors, data } = (await over?.json()) as Body;
  expect(data).toBeUndefined();
  expect(errors?.[0]?.extensions).toEqual({
    code: "RATE_LIMITED",
    limit: "pointsPerMinute",
    max: POINTS_PER_MINUTE,
    retryAfterSeconds: seconds,
  });
  const leftMs = Date.parse(resetAt) - Date.now();
  expect(Math.abs(leftMs - seconds * MS_PER_SECOND)).toBeLessThan(2 * MS_PER_SECOND);

  expect((await post(other)).status).toBe(200);
  expect((await post(greedy)).status).toBe(429);
  expect(await readMetric(stack.url, REFUSED, { limit: "pointsPerMinute" })).toBeGreaterThanOrEqual(
    2,
  );
  expect((await fetch(`${stack.url}/`)).headers.get("content-security-policy")).toContain(
    "frame-ancestors 'none'",
  );

  await sleep(seconds * MS_PER_SECOND);
  const again = await post(greedy);
  expect(again.status).toBe(200);
  const { extensions } = (await again.json()) as Body;
  expect(extensions?.cost.remaining).toBeGreaterThan(0);
});
