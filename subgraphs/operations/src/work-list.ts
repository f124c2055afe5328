import { workPosition, type WorkItem, type WorkQuery } from "@crossdock/processes";
import {
  boundedCount,
  connectionOf,
  decodePosition,
  parseFirst,
  requireViewer,
  type Connection,
} from "@crossdock/subgraph-kit";
import type { QueryworkListArgs, WorkItem as WorkItemView } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";

export type WorkListView = Connection<WorkItemView>;

const MS_PER_SECOND = 1_000;

/**
 * One page of what has waited for too long, oldest first; of orders those of the accounts that the viewer may see.
 * @throws {InvalidValueError} on a `first` or `after` that makes no sense
 */
export async function listWork(
  { kind, first, after }: QueryworkListArgs,
  context: Context,
): Promise<WorkListView> {
  const { workListBook, workThresholds: thresholds, clock } = context.deps;
  const list = workListBook.of(kind);
  const size = parseFirst(first);
  const asked: Omit<WorkQuery, "limit"> = {
    customers: requireViewer(context).customers,
    now: clock.now(),
    thresholds,
    after: decodePosition(after, workPosition),
  };
  const items = await list.list({ ...asked, limit: size + 1 });
  return connectionOf({
    rows: items.slice(0, size).map((item) => ({
      node: viewOf(item, kind, clock.nowMs()),
      position: { since: item.since, id: item.id },
    })),
    hasNextPage: items.length > size,
    after,
    totalCount: () => boundedCount((limit) => list.count({ ...asked, after: null, limit })),
  });
}

function viewOf(item: WorkItem, kind: WorkItemView["kind"], nowMs: number): WorkItemView {
  const ageSeconds = Math.max(0, nowMs - Date.parse(item.since)) / MS_PER_SECOND;
  return { ...item, blame: item.blame ?? null, kind, ageSeconds };
}
