import type { ReconciliationScope } from "@crossdock/domain";
import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";

const mismatch = z.object({
  id: z.string(),
  kind: z.string(),
  code: z.string(),
  subject: z.object({ typename: z.string(), id: z.string() }),
  field: z.string(),
  left: z.string(),
  leftSource: z.string(),
  right: z.string(),
  rightSource: z.string(),
  summary: z.string(),
  exceptionId: z.string().nullable(),
  repair: z.object({ kind: z.string(), description: z.string() }).nullable(),
  repairedAt: z.string().nullable(),
});
export type FoundMismatch = z.output<typeof mismatch>;
const run = z.object({
  id: z.string(),
  scope: z.string(),
  status: z.string(),
  startedBy: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  compared: z.number(),
  of: z.number().nullable(),
  unsettled: z.number(),
  mismatchCount: z.number(),
});
export type Run = z.output<typeof run>;

const RUN = "id scope status startedBy startedAt finishedAt compared of unsettled mismatchCount";
const MISMATCH = `id kind code subject { typename id } field left leftSource right rightSource
  summary exceptionId repair { kind description } repairedAt`;
const LOOK_EVERY_MS = 500;
/** A source may be away for long; who does not want to wait ends the command, and the run goes on. */
const MAX_WAIT_MS = 6 * 3_600_000;
const PAGE = 500;

/**
 * Compares now and waits for the end.
 * @param onProgress is told of each look @throws {Error} what the stack refuses, or a run that takes longer than six hours
 */
export async function compareNow(
  address: StackAddress,
  scope: ReconciliationScope,
  onProgress: (run: Run) => void,
): Promise<Run> {
  const started = await askStack(
    address,
    {
      query: `mutation ($scope: ReconciliationScope!) { runReconciliation(scope: $scope) { ${RUN} } }`,
      variables: { scope },
    },
    z.object({ runReconciliation: run }),
  );
  const { id } = started.runReconciliation;
  const untilMs = Date.now() + MAX_WAIT_MS;
  for (;;) {
    const now = await readRun(address, id);
    onProgress(now);
    if (now.status !== "RUNNING") return now;
    if (Date.now() > untilMs) throw new Error(`Run ${id} is still under way.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function readRun(address: StackAddress, id: string): Promise<Run> {
  const query = `query ($id: ID!) { reconciliation(id: $id) { ${RUN} } }`;
  const shape = z.object({ reconciliation: run.nullable() });
  const answer = await askStack(address, { query, variables: { id } }, shape);
  if (answer.reconciliation !== null) return answer.reconciliation;
  throw new Error(`There is no run ${id}.`);
}

/** All that a run found, in the order of finding. */
export async function listFound(
  address: StackAddress,
  id: string,
): Promise<readonly FoundMismatch[]> {
  const query = `query ($id: ID!, $first: Int, $after: ID) {
    reconciliation(id: $id) { mismatches(first: $first, after: $after) { ${MISMATCH} } } }`;
  const shape = z.object({
    reconciliation: z.object({ mismatches: z.array(mismatch) }).nullable(),
  });
  const found: FoundMismatch[] = [];
  for (;;) {
    const after = found.at(-1)?.id ?? null;
    const variables = { id, first: PAGE, after };
    const { reconciliation } = await askStack(address, { query, variables }, shape);
    const page = reconciliation?.mismatches ?? [];
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

const outcome = z.object({
  done: z.number(),
  refused: z.array(z.object({ id: z.string(), message: z.string() })),
  remaining: z.number(),
});
export type Repaired = z.output<typeof outcome>;
const REPAIR_AT_ONCE = 50;

/** Repairs all that is safe, bunch by bunch, until nothing gets any better. */
export async function repairFound(address: StackAddress, id: string): Promise<Repaired> {
  const query = `mutation ($id: ID!, $first: Int) {
    repairMismatches(reconciliationId: $id, first: $first) { done refused { id message } remaining } }`;
  const shape = z.object({ repairMismatches: outcome });
  let done = 0;
  for (;;) {
    const variables = { id, first: REPAIR_AT_ONCE };
    const { repairMismatches: told } = await askStack(address, { query, variables }, shape);
    done += told.done;
    if (told.done === 0 || told.remaining === 0) return { ...told, done };
  }
}

/** The last runs, newest first. */
export async function listRuns(
  address: StackAddress,
  choice: { readonly scope: ReconciliationScope | null; readonly first: number },
): Promise<readonly Run[]> {
  const query = `query ($scope: ReconciliationScope, $first: Int) {
    reconciliations(scope: $scope, first: $first) { ${RUN} } }`;
  const shape = z.object({ reconciliations: z.array(run) });
  return (await askStack(address, { query, variables: choice }, shape)).reconciliations;
}
