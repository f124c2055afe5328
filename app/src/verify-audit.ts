import { z } from "zod";

/** What the operations subgraph says of the journal. */
const auditVerification = z.object({
  rows: z.number().int(),
  holds: z.boolean(),
  hash: z.string(),
  broken: z.object({ sequence: z.string(), reason: z.string() }).nullable(),
});
const answer = z.object({ data: z.object({ auditVerification }) });

type Verification = z.output<typeof auditVerification>;

const QUERY = "{ auditVerification { rows holds hash broken { sequence reason } } }";
/** The gateway gives up on an operation before that. */
const TIMEOUT_MS = 60_000;

/**
 * Asks the process that runs: an embedded ledger is open in one process at a time, so nobody else can read it.
 * @param options.token an operator's
 * @throws {Error} when nobody answers at the address, or with something else than a verification
 */
export async function verifyAudit(options: {
  readonly url: string;
  readonly token: string;
}): Promise<Verification> {
  const { url, token } = options;
  const response = await fetch(new URL("/graphql", url), {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: QUERY }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Error(`${url} does not answer: is the stack running?`, { cause: error });
  });
  const text = await response.text();
  const parsed = answer.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.data.auditVerification;
  throw new Error(`${url} did not verify: ${text.slice(0, MAX_TEXT_CHARACTERS)}`);
}

const MAX_TEXT_CHARACTERS = 500;

export function explainVerification({ rows, holds, hash, broken }: Verification): string {
  const counted = `audit journal: ${String(rows)} rows`;
  return holds || broken === null
    ? `${counted}, the chain holds (${hash})`
    : `${counted}, the chain is BROKEN at row ${broken.sequence}: ${broken.reason}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
