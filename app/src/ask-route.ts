import { z } from "zod";
import { NotThereError, type StackAddress } from "./ask-stack.ts";

/** What is sent to one of the stack's routes for operators. */
export type RouteRequest = {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  /** Sent as JSON; `undefined` for none. */
  readonly body: object | undefined;
  /** Statuses besides those of success whose body is an answer, and no refusal. */
  readonly alsoAnswers?: readonly number[];
};

const TIMEOUT_MS = 60_000;

/**
 * Asks a route of the running stack that is no GraphQL.
 * @param shape of the answer's body
 * @throws {NotThereError} nobody answers at the address
 * @throws {Error} with what the route says against it
 */
export async function askRoute<Answer>(
  { url, token }: StackAddress,
  { method, path, body, alsoAnswers = [] }: RouteRequest,
  shape: z.ZodType<Answer>,
): Promise<Answer> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new NotThereError(`${url} does not answer: is the stack running?`, { cause: error });
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok || alsoAnswers.includes(response.status)) return shape.parse(answer);
  const refusal = z.object({ message: z.string() }).safeParse(answer);
  throw new Error(refusal.data?.message ?? `${url} answered ${String(response.status)}`);
}
