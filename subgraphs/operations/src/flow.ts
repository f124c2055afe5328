import { InvalidValueError, ORDER_STATUSES, type Instant } from "@crossdock/domain";
import {
  createFlowBook,
  type FeedHealthBook,
  type Flow,
  type FlowGroup,
  type FlowSample,
  type StageThresholds,
} from "@crossdock/processes";
import type {
  FlowMetrics,
  FlowSample as FlowSampleView,
  StageAge,
} from "../generated/resolvers.ts";
import type { Context } from "./context.ts";
import type { OperationsDeps } from "./deps.ts";
import { createLiveValue, type LiveValue } from "./live-value.ts";

const MS_PER_SECOND = 1_000;
const MAX_HOURS = 168;

/** How the orders stand, as the API shows it. */
export type FlowView = Omit<FlowMetrics, "history">;

/** Counted once for all who look, from the books; nothing is asked of a source. */
export function createLiveFlow(
  deps: Pick<
    OperationsDeps,
    "ledger" | "clock" | "logger" | "eventLog" | "feedHealthBook" | "workThresholds"
  >,
): LiveValue<FlowView> {
  const { clock, logger, eventLog, feedHealthBook } = deps;
  return createLiveValue({
    compute: async () => {
      const { ledger, workThresholds } = deps;
      const { stages } = workThresholds;
      const flow = await createFlowBook(ledger.background).readFlow(clock.now(), stages);
      return viewOf(flow, stages, await heardOfStock(feedHealthBook));
    },
    printOf: countsOf,
    listen: async (onChange) => eventLog.witness(onChange),
    nowMs: () => clock.nowMs(),
    logger,
  });
}

/** @throws {InvalidValueError} hours that are not 1 to 168 */
export async function readFlowHistory(
  hours: number,
  { deps: { ledger, clock } }: Context,
): Promise<readonly FlowSampleView[]> {
  if (!Number.isInteger(hours) || hours < 1 || hours > MAX_HOURS) {
    throw new InvalidValueError("hours", hours, `1 to ${String(MAX_HOURS)}`);
  }
  const samples = await createFlowBook(ledger).readHistory(clock.now(), hours);
  return samples.map(sampleOf);
}

function sampleOf({ at, stages }: FlowSample): FlowSampleView {
  const counted = ORDER_STATUSES.flatMap((stage) => {
    const count = stages[stage] ?? 0;
    return count === 0 ? [] : [{ stage, count }];
  });
  return { at, stages: counted };
}

/** What is older with each look is no change. */
function countsOf({
  openOrdersByStage,
  byWarehouse,
  measuredAt: _now,
  inventoryFreshnessP95Seconds: _fresh,
  oldestQueuedSeconds,
  ...rest
}: FlowView): string {
  const counts = (stages: readonly StageAge[]) =>
    stages.map(({ stage, count, late }) => [stage, count, late]);
  return JSON.stringify([
    counts(openOrdersByStage),
    byWarehouse.map(({ warehouse, openOrdersByStage: stages }) => [warehouse, counts(stages)]),
    oldestQueuedSeconds === null,
    rest,
  ]);
}

function viewOf(flow: Flow, thresholds: StageThresholds, stockHeardAt: Instant | null): FlowView {
  const { groups, measuredAt, inventoryLagP95Seconds: lag, oldestQueuedAt, ...rest } = flow;
  const codes = [...new Set(groups.flatMap(({ warehouses }) => warehouses))].sort();
  const silence = stockHeardAt === null ? null : secondsBetween(stockHeardAt, measuredAt);
  return {
    ...rest,
    measuredAt,
    openOrdersByStage: stagesOf(groups, thresholds, measuredAt),
    byWarehouse: codes.map((warehouse) => ({
      warehouse,
      openOrdersByStage: stagesOf(
        groups.filter(({ warehouses }) => warehouses.includes(warehouse)),
        thresholds,
        measuredAt,
      ),
    })),
    inventoryFreshnessP95Seconds:
      lag === null && silence === null ? null : Math.max(lag ?? 0, silence ?? 0),
    oldestQueuedSeconds:
      oldestQueuedAt === null ? null : secondsBetween(oldestQueuedAt, measuredAt),
  };
}

function stagesOf(
  groups: readonly FlowGroup[],
  thresholds: StageThresholds,
  now: Instant,
): readonly StageAge[] {
  return ORDER_STATUSES.flatMap((stage) => {
    const its = groups.filter((group) => group.stage === stage);
    if (its.length === 0) return [];
    const oldest = its.reduce(
      (first, { oldestSince: since }) => (since < first ? since : first),
      now,
    );
    return [
      {
        stage,
        count: sumOf(its, "count"),
        oldestSeconds: secondsBetween(oldest, now),
        thresholdSeconds: thresholds[stage] ?? null,
        late: sumOf(its, "late"),
      },
    ];
  });
}

function sumOf(groups: readonly FlowGroup[], field: "count" | "late"): number {
  return groups.reduce((sum, group) => sum + group[field], 0);
}

function secondsBetween(from: Instant, to: Instant): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / MS_PER_SECOND;
}

/** When a warehouse's feed of its stock was last heard. */
async function heardOfStock(book: FeedHealthBook): Promise<Instant | null> {
  const feeds = await book.readFeeds();
  return feeds
    .filter(({ feed }) => feed.endsWith("-stock"))
    .reduce<Instant | null>(
      (first, { heardAt }) => (first === null || heardAt < first ? heardAt : first),
      null,
    );
}
