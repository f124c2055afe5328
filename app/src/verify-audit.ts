import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";

/** What the operations subgraph says of the journal. */
const auditVerification = z.object({
  rows: z.number().int(),
  holds: z.boolean(),
  hash: z.string(),
  broken: z.object({ sequence: z.string(), reason: z.string() }).nullable(),
});

type Verification = z.output<typeof auditVerification>;

const QUERY = "{ auditVerification { rows holds hash broken { sequence reason } } }";

/** @throws {Error} when nobody answers at the address, or with something else than a verification */
export async function verifyAudit(address: StackAddress): Promise<Verification> {
  const data = await askStack(address, { query: QUERY }, z.object({ auditVerification }));
  return data.auditVerification;
}

export function explainVerification({ rows, holds, hash, broken }: Verification): string {
  const counted = `audit journal: ${String(rows)} rows`;
  return holds || broken === null
    ? `${counted}, the chain holds (${hash})`
    : `${counted}, the chain is BROKEN at row ${broken.sequence}: ${broken.reason}`;
}
