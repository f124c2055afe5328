import type { Viewer } from "@crossdock/domain";
import { createReadTally, currentSpan } from "@crossdock/runtime";
import type { ReadTally } from "@crossdock/runtime";
import { getOperationAST } from "graphql";
import type { ExecutionResult, GraphQLSchema } from "graphql";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayMetrics } from "../metrics.ts";
import type { GatewayRequest } from "../request.ts";
import { authorityOf } from "../subscriptions/authority.ts";
import type { AskedOperation } from "./asked-operation.ts";
import { beforeAbort, createRequestController } from "./deadline.ts";
import type { OperationExecutor } from "./execute-operation.ts";

export type RunOperation = OperationExecutor["run"];

/** Queries that are the same and are asked for at the same moment, run once. */
export interface SharedRuns {
  /**
   * The same operation for the same caller, asked for while an earlier one runs, is answered by that run. A caller is one
   * token of one person: what is answered, and what is written down of it, is of that one. Everyone keeps his own
   * deadline; who leaves takes nothing from the others, and the last who leaves ends the run. Mutations are never shared.
   */
  over(run: RunOperation): RunOperation;
  /** Something happened that callers are told of: what began before may not show it, and nobody joins that any more. */
  outdate(): void;
}

export type SharedRunsOptions = {
  readonly metrics: Pick<GatewayMetrics, "queryShared">;
  readonly limits: Pick<GatewayLimits, "joinableMs">;
};

/** Variables that are more than this are seldom the same twice. */
const MAX_VARIABLES_CHARACTERS = 8_192;
const MAX_CALLERS = 10_000;
const MAX_RUNS_OF_CALLER = 1_000;
const MAX_ANSWERED_BY_ONE = 1_000;

/** A query that runs for one or more of the same caller's requests. */
type Run = {
  readonly result: Promise<ExecutionResult>;
  readonly beganMs: number;
  /** All that it took, noted in none of its requests. */
  readonly reads: ReadTally;
  readonly ending: AbortController;
  /** Who has joined it, and who of them still waits. */
  joined: number;
  waiting: number;
  /** Whether the calls to sources were added to a request: they are made once. */
  isPaid: boolean;
};

/**
 * A caller may know of whatever was answered to him, and is not to be shown what was before: when one of his requests is
 * answered, and when an event is told to anybody, all runs that began before are closed to newcomers.
 */
export function createSharedRuns({ metrics, limits }: SharedRunsOptions): SharedRuns {
  /** Runs that may be joined, by caller and by what is asked. */
  const joinable = new Map<string, Map<string, Run>>();
  const nameOfSchema = createNames<GraphQLSchema>();
  const nameOfViewer = createViewerNames();

  function join(caller: string, key: string): Run | undefined {
    const run = joinable.get(caller)?.get(key);
    if (run === undefined || run.joined >= MAX_ANSWERED_BY_ONE) return undefined;
    return performance.now() - run.beganMs <= limits.joinableMs ? run : undefined;
  }

  function offer(caller: string, key: string, run: Run): void {
    const runs = joinable.get(caller) ?? new Map<string, Run>();
    if (runs.size >= MAX_RUNS_OF_CALLER || joinable.size >= MAX_CALLERS) return;
    runs.set(key, run);
    joinable.set(caller, runs);
  }

  return {
    over: (runAlone) => {
      async function runShared(
        caller: string,
        key: string,
        asked: AskedOperation,
        request: GatewayRequest,
      ): Promise<ExecutionResult> {
        let run = join(caller, key);
        if (run === undefined) {
          run = begin(runAlone, asked, request);
          offer(caller, key, run);
        } else {
          metrics.queryShared();
          currentSpan()?.note({ "graphql.shared": true });
        }
        return (await answerOf(run, request)) ?? runAlone(asked, request);
      }

      return async (asked, request) => {
        const caller = `${request.authorization ?? ""}\n${nameOfViewer(request.viewer)}`;
        const key = keyOf(asked, request, nameOfSchema);
        try {
          return await (key === null || request.signal.aborted
            ? runAlone(asked, request)
            : runShared(caller, key, asked, request));
        } finally {
          joinable.delete(caller);
        }
      };
    },
    outdate: () => {
      joinable.clear();
    },
  };
}

/** Runs it in the first one's name, and until the last one leaves. */
function begin(runAlone: RunOperation, asked: AskedOperation, request: GatewayRequest): Run {
  const ending = createRequestController();
  const reads = createReadTally();
  const result = runAlone(asked, { ...request, signal: ending.signal, reads });
  const beganMs = performance.now();
  return { result, beganMs, reads, ending, joined: 0, waiting: 0, isPaid: false };
}

/**
 * @returns `null` when the request is over and the run goes on for others: what is answered then is what there is without it
 * @throws what the run throws
 */
async function answerOf(run: Run, request: GatewayRequest): Promise<ExecutionResult | null> {
  run.joined += 1;
  run.waiting += 1;
  try {
    const result = await beforeAbort(run.result, request.signal);
    run.waiting -= 1;
    return { ...result };
  } catch (error) {
    run.waiting -= 1;
    if (!request.signal.aborted) throw error;
    if (run.waiting > 0) return null;
    run.ending.abort(request.signal.reason);
    return await run.result; // with what there is by now
  } finally {
    tellReads(run, request);
  }
}

function tellReads(run: Run, { reads }: GatewayRequest): void {
  reads.add(run.isPaid ? { ...takenOf(run.reads), sourceCalls: 0 } : takenOf(run.reads));
  run.isPaid = true;
}

function takenOf({ sourceCalls, cached, stale, staleSince, missing }: ReadTally) {
  return { sourceCalls, cached, stale, staleSince, missing };
}

/** @returns `null` for what is not shared */
function keyOf(
  { schema, document, queryHash, operationName, variables }: AskedOperation,
  { maxAgeMs }: GatewayRequest,
  nameOfSchema: (schema: GraphQLSchema) => string,
): string | null {
  if (getOperationAST(document, operationName)?.operation !== "query") return null;
  const text = JSON.stringify(variables);
  if (text.length > MAX_VARIABLES_CHARACTERS) return null;
  return [nameOfSchema(schema), queryHash, operationName ?? "", maxAgeMs ?? "", text].join(" ");
}

/** A schema is of one supergraph and of one audience's contract. */
function createNames<Named extends object>(): (named: Named) => string {
  const names = new WeakMap<Named, string>();
  let last = 0;
  return (named) => {
    const known = names.get(named) ?? String((last += 1));
    names.set(named, known);
    return known;
  };
}

function createViewerNames(): (viewer: Viewer | null) => string {
  const names = new WeakMap<Viewer, string>();
  return (viewer) => {
    if (viewer === null) return authorityOf(viewer);
    const known =
      names.get(viewer) ?? JSON.stringify([viewer.id, viewer.name, authorityOf(viewer)]);
    names.set(viewer, known);
    return known;
  };
}
