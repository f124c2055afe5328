import { session } from "../session/session.ts";
import { ApiError, apiErrorOf } from "./api-error.ts";
import type { Operation } from "./operation.ts";

const ENDPOINT = "/graphql";
const UNAUTHORIZED = 401;

type Answer<Result> = {
  readonly data?: Result | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: unknown };
  }[];
};

/**
 * Sends a query or mutation in the name of who is signed in.
 * @throws {ApiError} what the API refused; an answer with any error counts as refused
 * @throws {TypeError} nobody answered
 */
export async function request<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const { name, text } = operation;
  const token = session.token();
  const response = await fetch(ENDPOINT, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json",
      "apollographql-client-name": "tower",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: text, operationName: name, variables }),
    ...(signal === undefined ? {} : { signal }),
  });
  const answer = await readAnswer<Result>(response);
  if (response.status === UNAUTHORIZED) session.expire();
  const { data, errors = [] } = answer;
  if (errors.length > 0 || data === null || data === undefined) {
    const error = apiErrorOf(errors);
    if (error.code === "UNAUTHENTICATED") session.expire();
    throw error;
  }
  return data;
}

/** From one try to the next while nobody answers. */
const ASK_AGAIN_MS = 2_000;

/**
 * Asks again until somebody answers, as when the network is away.
 * @throws {ApiError} what the API refused
 * @throws the signal's reason
 */
export async function requestUntilAnswered<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Result> {
  for (;;) {
    try {
      return await request(operation, variables, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ApiError) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

async function readAnswer<Result>(response: Response): Promise<Answer<Result>> {
  try {
    return (await response.json()) as Answer<Result>;
  } catch {
    throw new ApiError("INTERNAL_SERVER_ERROR", `Crossdock answered ${String(response.status)}.`);
  }
}
