import { parseFirst, requireViewer } from "@crossdock/subgraph-kit";
import type { SyntheticRun } from "@crossdock/domain";
import { MAX_SYNTHETIC_RUNS, type SyntheticRunBook } from "@crossdock/processes";
import type { SyntheticRun as SyntheticRunView } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";
import { NotAllowedNowError } from "./intervene.ts";

/** Synthetic orders, as this subgraph needs them. */
export type SyntheticDesk = {
  readonly book: Pick<SyntheticRunBook, "listRuns" | "readRun">;
  /** Places one now, or `null` when one is under way. Itself `null` where the configuration has none. */
  readonly begin: ((askedBy: string) => Promise<SyntheticRun | null>) | null;
};

export async function listSyntheticRuns(
  first: number | null | undefined,
  { deps }: Context,
): Promise<SyntheticRunView[]> {
  const runs = await deps.synthetic.book.listRuns(parseFirst(first, MAX_SYNTHETIC_RUNS));
  return runs.map(viewOf);
}

export async function readSyntheticRun(
  id: string,
  { deps }: Context,
): Promise<SyntheticRunView | null> {
  const run = await deps.synthetic.book.readRun(id);
  return run === null ? null : viewOf(run);
}

/** @throws {NotAllowedNowError} there is none to place, or one is under way */
export async function runSyntheticOrder(context: Context): Promise<SyntheticRunView> {
  const { begin } = context.deps.synthetic;
  if (begin === null) {
    throw new NotAllowedNowError("The configuration has no operations.synthetic.");
  }
  const run = await begin(requireViewer(context).id);
  if (run === null) throw new NotAllowedNowError("A synthetic order is under way.");
  return viewOf(run);
}

function viewOf({ result, ...run }: SyntheticRun): SyntheticRunView {
  return {
    ...run,
    outcome: result?.outcome ?? null,
    stages: [...(result?.stages ?? [])],
    failedStage: result?.failedStage ?? null,
    reason: result?.reason ?? null,
    orderId: result?.orderId ?? null,
  };
}
