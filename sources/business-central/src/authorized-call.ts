import { SourceRateLimitedError } from "@crossdock/source-contract";
import type { SourceAnswer, SourceCall, SourceHttp, TokenSource } from "@crossdock/source-http";
import { ExponentialBackoff, handleWhenResult, retry } from "cockatiel";

export type AuthorizedCallDeps = {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  readonly http: SourceHttp;
  readonly access: TokenSource;
  /** Milliseconds, for intervals only. */
  readonly now?: () => number;
};

/** A call that the source calls unauthorized or wrong because it is busy is sent so often again. */
const LOAD_RETRIES = 4;
const BACKOFF = { initialDelay: 250, maxDelay: 2_000 } as const;
/** What the next try waits for when even that was not enough. */
const RETRY_AFTER_MS = 5_000;
/** So long after a token let somebody in, a 401 speaks of the load and not of the token. */
const GOOD_TOKEN_MS = 5_000;
/** So long after anybody was let in, a 401 with a new token may still speak of the load. */
const GOOD_ACCESS_MS = 60_000;

/**
 * Calls with our token. A 401 has two meanings: a token that is worth nothing any more is renewed, once a
 * call; but a busy source says 401 as well, or 400 with a sentence in plain text, where it means 429. What was
 * refused at the door was not done, so the same call may be sent again, and is, with pauses, within the budget.
 * @throws {SourceRateLimitedError} refused again and again while the source lets others in
 */
export function createAuthorizedCall({
  name,
  http,
  access,
  now = () => performance.now(),
}: AuthorizedCallDeps): SourceHttp["call"] {
  let letIn: { readonly token: string; readonly atMs: number } | null = null;
  const isLately = (withinMs: number) => letIn !== null && now() - letIn.atMs < withinMs;
  const isForLoad = (answer: SourceAnswer) =>
    isPlainRefusal(answer) || (answer.status === 401 && isLately(GOOD_ACCESS_MS));
  const patiently = retry(
    handleWhenResult((answer) => isForLoad(answer as SourceAnswer)),
    { maxAttempts: LOAD_RETRIES, backoff: new ExponentialBackoff(BACKOFF) },
  );

  const knock = async (call: SourceCall, token: string, signal: AbortSignal) => {
    const headers = { ...call.headers, authorization: `Bearer ${token}` };
    const answer = await http.call({ ...call, headers }, signal);
    if (answer.status !== 401 && !isPlainRefusal(answer)) letIn = { token, atMs: now() };
    return answer;
  };

  return async (call, signal) => {
    const startedMs = now();
    let isRenewed = false;
    const answer = await patiently.execute(async () => {
      const token = await access.get(signal);
      const first = await knock(call, token, signal);
      const isGood = letIn?.token === token && isLately(GOOD_TOKEN_MS);
      if (first.status !== 401 || isRenewed || isGood) return first;
      isRenewed = true;
      access.drop(token);
      return knock(call, await access.get(signal), signal);
    }, signal);
    const othersGotIn = letIn !== null && letIn.atMs >= startedMs;
    if (isPlainRefusal(answer) || (answer.status === 401 && othersGotIn)) {
      throw new SourceRateLimitedError(name, call.operation, RETRY_AFTER_MS);
    }
    return answer;
  };
}

/** 400 as a front door words it, without the JSON that every refusal of the ERP itself has. */
function isPlainRefusal({ status, text }: SourceAnswer): boolean {
  return status === 400 && !text.trimStart().startsWith("{") && /too many/i.test(text);
}
