import { InvalidValueError } from "@crossdock/domain";
import {
  MAX_MISMATCHES_PER_PAGE,
  MAX_RECONCILIATIONS,
  MAX_TREND_POINTS,
  type Mismatch,
  type Reconciliation,
} from "@crossdock/reconciliation";
import { NotFoundError, requireViewer } from "@crossdock/subgraph-kit";
import type {
  MutationrepairMismatchesArgs,
  QueryreconciliationsArgs,
  QueryreconciliationTrendArgs,
  ReconciliationmismatchesArgs,
} from "../generated/resolvers.ts";
import type { Context } from "./context.ts";

/** @throws {InvalidValueError} a `first` that is out of its bounds */
export async function listReconciliations(
  { scope, first }: QueryreconciliationsArgs,
  { deps }: Context,
): Promise<readonly Reconciliation[]> {
  const bounded = countOf(first ?? 20, MAX_RECONCILIATIONS);
  return deps.reconciliation.book.listReconciliations({ scope: scope ?? null, first: bounded });
}

/** @throws {InvalidValueError} a `first` that is out of its bounds */
export async function readTrend({ scope, first }: QueryreconciliationTrendArgs, { deps }: Context) {
  return deps.reconciliation.book.readTrend(scope, countOf(first ?? 30, MAX_TREND_POINTS));
}

/** @throws {InvalidValueError} a `first` that is out of its bounds, an `after` that is no mismatch of the run */
export async function listMismatches(
  { id }: Reconciliation,
  { first, after }: ReconciliationmismatchesArgs,
  { deps }: Context,
): Promise<readonly Mismatch[]> {
  return deps.reconciliation.book.listMismatches(id, {
    first: countOf(first ?? 100, MAX_MISMATCHES_PER_PAGE),
    after: after == null ? 0 : sequenceOf(id, after),
  });
}

/**
 * @throws {NotFoundError} no such run
 * @throws {InvalidValueError} a `first` that is out of its bounds
 */
export async function repairMismatches(
  { reconciliationId, first }: MutationrepairMismatchesArgs,
  context: Context,
) {
  const outcome = await context.deps.reconciliation.repair(
    reconciliationId,
    { first: countOf(first ?? 100, MAX_MISMATCHES_PER_PAGE), by: requireViewer(context).id },
    context.signal,
  );
  if (outcome === null) {
    throw new NotFoundError(`There is no reconciliation ${reconciliationId}.`);
  }
  return outcome;
}

function countOf(first: number, most: number): number {
  if (first >= 1 && first <= most) return first;
  throw new InvalidValueError("first", String(first), `1 to ${String(most)}`);
}

function sequenceOf(reconciliationId: string, mismatchId: string): number {
  const sequence = mismatchId.startsWith(`${reconciliationId}-`)
    ? Number(mismatchId.slice(reconciliationId.length + 1))
    : NaN;
  if (Number.isSafeInteger(sequence) && sequence >= 1) return sequence;
  throw new InvalidValueError("after", mismatchId, "the id of a mismatch of this run");
}
