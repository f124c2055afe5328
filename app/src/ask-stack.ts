import { z } from "zod";

/** Where the stack is, and who asks. */
export type StackAddress = {
  readonly url: string;
  /** An operator's. */
  readonly token: string;
};

/** Nobody answers at the address, or somebody who is no stack. */
export class NotThereError extends Error {}

/** The gateway gives up on an operation before that. */
const TIMEOUT_MS = 60_000;
const MAX_TEXT_CHARACTERS = 500;

const answered = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/**
 * Asks the process that runs: an embedded ledger is open in one process at a time, so nobody else can read it.
 * @param shape of the answer's data
 * @throws {NotThereError} nobody answers at the address, or something else
 * @throws {Error} with what the stack says against it
 */
export async function askStack<Data>(
  { url, token }: StackAddress,
  question: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> },
  shape: z.ZodType<Data>,
): Promise<Data> {
  const response = await fetch(new URL("/graphql", url), {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new NotThereError(`${url} does not answer: is the stack running?`, { cause: error });
  });
  const text = await response.text();
  const answer = answered.safeParse(parseJson(text)).data;
  const [refusal] = answer?.errors ?? [];
  if (refusal !== undefined) throw new Error(refusal.message);
  const parsed = shape.safeParse(answer?.data);
  if (parsed.success) return parsed.data;
  throw new NotThereError(`${url} does not say it: ${text.slice(0, MAX_TEXT_CHARACTERS)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
