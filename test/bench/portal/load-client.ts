import { generateWorld } from "@crossdock/sandbox";
import { Pool } from "undici";
import { answerParent } from "../kit/processes.ts";
import { tally, type Tally } from "../outage/tally.ts";
import { readAnswer } from "../erp/portal-answers.ts";
import { drawLooks, type Measured } from "./looks.ts";

/** What the bench asks of the process that all portal users are in. */
export type LoadRequest = {
  readonly url: string;
  /** By account. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly kind: Measured;
  readonly seed: number;
  /** Different looks that are asked for in turn. */
  readonly looks: number;
  /** How long, or that each look is asked for once. */
  readonly seconds: number | "once";
  /** Users who each ask as soon as they are answered. */
  readonly users: number;
};

export type LoadAnswer = {
  readonly tally: Tally;
  readonly tookMs: number;
  /** Bytes of all answers. */
  readonly bytes: number;
  /** Values that came without asking a source, and calls to sources, as the answers tell. */
  readonly cached: number;
  readonly sourceCalls: number;
};

const ANSWER_LIMIT_MS = 60_000;
const MS_PER_SECOND = 1_000;

const world = generateWorld();

answerParent(
  {},
  (asked) => load(asked as LoadRequest),
  () => Promise.resolve(),
);

/** Each user asks for the next look as soon as the one before is answered. */
async function load(asked: LoadRequest): Promise<LoadAnswer> {
  const { url, tokens, kind, seed, seconds, users } = asked;
  const looks = drawLooks(world, seed, kind, asked.looks);
  const pool = new Pool(url, { connections: users, pipelining: 1 });
  const answers: { tookMs: number; code: string }[] = [];
  let [bytes, cached, sourceCalls, at] = [0, 0, 0, 0];
  const startedMs = performance.now();
  const isOver = () =>
    seconds === "once"
      ? at >= looks.length
      : performance.now() - startedMs >= seconds * MS_PER_SECOND;
  const user = async () => {
    while (!isOver()) {
      const { customer, body } = looks[at++ % looks.length] ?? { customer: "", body: "" };
      const sentMs = performance.now();
      const { body: answer } = await pool.request({
        method: "POST",
        path: "/graphql",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${tokens[customer] ?? ""}`,
        },
        body,
        headersTimeout: ANSWER_LIMIT_MS,
      });
      const text = await answer.text();
      const tookMs = performance.now() - sentMs;
      const { code, cost } = readAnswer(text);
      answers.push({ tookMs, code });
      bytes += text.length;
      cached += cost.cached;
      sourceCalls += cost.sourceCalls;
    }
  };
  await Promise.all(Array.from({ length: users }, user));
  const tookMs = performance.now() - startedMs;
  await pool.close();
  return { tally: tally(answers), tookMs, bytes, cached, sourceCalls };
}
