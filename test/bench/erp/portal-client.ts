import { setTimeout as sleep } from "node:timers/promises";
import { generateWorld } from "@crossdock/sandbox";
import { Agent, request } from "undici";
import { answerParent } from "../kit/processes.ts";
import { readAnswer, type PortalAnswer, type PortalAnswers } from "./portal-answers.ts";
import { createPortalMix, type PortalLook } from "./portal-mix.ts";

/** What the bench asks of the process that all portal users are in. */
export type PortalRequest = To & (Steady | Burst);

type To = {
  readonly url: string;
  /** By account. */
  readonly tokens: Readonly<Record<string, string>>;
  /** More of each request's. */
  readonly headers: Readonly<Record<string, string>>;
};
/** Looks of the mix, each sent at its time whether the one before is answered or not. */
type Steady = {
  readonly kind: "steady";
  readonly seed: number;
  readonly perSecond: number;
  readonly seconds: number;
};
/** One look by everybody at once. */
type Burst = { readonly kind: "burst"; readonly body: string; readonly times: number };

/** More than are ever under way at once, so that no look waits here for a socket. */
const MAX_SOCKETS = 1_000;
const ANSWER_LIMIT_MS = 60_000;
const MS_PER_SECOND = 1_000;
const US_PER_MS = 1_000;

const world = generateWorld();
const agent = new Agent({ connections: MAX_SOCKETS });

answerParent(
  {},
  (asked) => answer(asked as PortalRequest),
  () => agent.close(),
);

async function answer(asked: PortalRequest): Promise<PortalAnswers> {
  switch (asked.kind) {
    case "steady": {
      const { seed, perSecond, seconds } = asked;
      const draw = createPortalMix(world, seed);
      const looks = Array.from({ length: Math.round(perSecond * seconds) }, draw);
      return sendAll(asked, looks, (at) => (at * MS_PER_SECOND) / perSecond);
    }
    case "burst": {
      const customers = Object.keys(asked.tokens);
      const looks = Array.from({ length: asked.times }, (_none, at) => ({
        kind: "product" as const,
        customer: customers[at % customers.length] ?? "",
        body: asked.body,
      }));
      return sendAll(asked, looks, () => 0);
    }
  }
}

async function sendAll(
  to: To,
  looks: readonly PortalLook[],
  dueAfterMs: (at: number) => number,
): Promise<PortalAnswers> {
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const lags: number[] = [];
  const answers = await Promise.all(
    looks.map(async (look, at): Promise<PortalAnswer> => {
      const dueMs = startedMs + dueAfterMs(at);
      await sleep(Math.max(0, dueMs - performance.now()));
      lags.push(performance.now() - dueMs);
      const told = await send(to, look);
      return { kind: look.kind, tookMs: performance.now() - dueMs, ...told };
    }),
  );
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  lags.sort((left, right) => left - right);
  return {
    looks: answers,
    tookMs,
    lagMs: { p99: lags[Math.ceil(lags.length * 0.99) - 1] ?? 0, max: lags.at(-1) ?? 0 },
    clientCpu: (user + system) / US_PER_MS / tookMs,
  };
}

async function send(
  { url, tokens, headers }: To,
  { customer, body }: PortalLook,
): Promise<Pick<PortalAnswer, "code" | "freshness" | "cost">> {
  try {
    const response = await request(`${url}/graphql`, {
      dispatcher: agent,
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...headers,
        authorization: `Bearer ${tokens[customer] ?? ""}`,
      },
      body,
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    return readAnswer(await response.body.text());
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return { ...readAnswer("{}"), code: typeof code === "string" ? code : "NO_ANSWER" };
  }
}
