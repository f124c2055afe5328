import { createLogger } from "@crossdock/runtime";
import type { Viewer } from "@crossdock/domain";
import type { QueryPlan } from "@apollo/query-planner";
import { getOperationAST } from "graphql";
import type { DocumentNode, GraphQLSchema } from "graphql";
import { schemaNamed } from "../../contracts/contract-of.ts";
import { AUDIENCE_OF_ROLE } from "../../policy/client-policies.ts";
import { sha256Of } from "../../operations/safelist.ts";
import type { PlanOperation } from "../../planning/plan-operation.ts";
import { newRequest } from "../../request.ts";
import type { GatewayRequest } from "../../request.ts";
import { buildSupergraph } from "../build-supergraph.ts";
import { createExecutor } from "../execute-operation.ts";
import type { ExecutorKind } from "../execute-operation.ts";
import { loadSnapshot } from "../snapshot.ts";
import type { SupergraphSnapshot } from "../snapshot.ts";
import type { UnsupportedReason } from "../compiled/unsupported.ts";
import type { Outcome } from "./compare-answers.ts";
import { completeInventedEvent } from "./invented-event.ts";
import { drawViewer } from "./drawn-viewer.ts";
import { drawFaultPlan, FAULT_PLANS } from "./fault-plan.ts";
import { generateOperation } from "./generated-operation.ts";
import type { GeneratedOperation, GivenVariables } from "./generated-operation.ts";
import { inventedGraphsOf } from "./invented-graph.ts";
import { inventSubgraphs } from "./invented-subgraphs.ts";
import type { InventedWorld, SeenFetch } from "./invented-subgraphs.ts";
import { drawsOf } from "./seeded-draws.ts";

/** All that an answer depends on: who asks for what, and how the subgraphs behave. */
export type DifferentialCase = {
  /** Names the case; what the subgraphs answer is drawn from it. */
  readonly seed: string;
  readonly viewer: Viewer | null;
  /** What the operation is valid for. */
  readonly schema: GraphQLSchema;
  readonly operation: GeneratedOperation;
  readonly variables: GivenVariables;
  /** One of `FAULT_PLANS`. */
  readonly faults: string;
};

/** What one executor made of a case. */
export type CaseRun = { readonly outcome: Outcome; readonly fetches: readonly SeenFetch[] };

export type ComparedGraph = {
  readonly name: string;
  /**
   * One operation, asked for several times: with other variables, over other data, by another caller.
   * @throws {Error} nothing valid could be generated
   */
  readonly casesOf: (seed: string) => readonly DifferentialCase[];
  readonly run: (kind: ExecutorKind, of: DifferentialCase) => Promise<CaseRun>;
  /** Why the compiled executor left something to the stock one, in the order in which it did. */
  readonly leftToStock: readonly UnsupportedReason[];
  /** The plan by which a case was run last. */
  readonly planOf: (of: DifferentialCase) => QueryPlan | undefined;
};

/**
 * A supergraph over subgraphs that are made up, with both executors. They share everything but themselves: the plan,
 * what the caller may have, the answers.
 */
export async function openComparedGraph(
  name: string,
  supergraphSdl: string,
): Promise<ComparedGraph> {
  const worlds = new WeakMap<GatewayRequest, InventedWorld>();
  const subgraphs = inventSubgraphs(inventedGraphsOf(buildSupergraph(supergraphSdl)), (call) => {
    const world = worlds.get(call.request);
    if (world === undefined) throw new Error("A fetch belongs to the request that causes it.");
    return world;
  });
  const logger = createLogger({ name: "differential", level: "silent" });
  const snapshot = await loadSnapshot({ supergraphSdl, subgraphs, logger });
  const plans = new WeakMap<DocumentNode, QueryPlan>();
  const leftToStock: UnsupportedReason[] = [];
  const runningBy = (kind: ExecutorKind): SupergraphSnapshot => {
    const execution = {
      kind,
      leftToStock: (reason: UnsupportedReason) => void leftToStock.push(reason),
    };
    const parts = { ...snapshot, plan: planOnce(snapshot.plan, plans), execution };
    return { ...parts, ...createExecutor({ ...parts, ...execution }) };
  };
  const snapshots = { stock: runningBy("stock"), compiled: runningBy("compiled") };
  return {
    name,
    leftToStock,
    casesOf: (seed) => {
      const draws = drawsOf(seed);
      const first = drawViewer(draws);
      const isHeld = draws.chance(0.3);
      const schema = isHeld
        ? schemaNamed(snapshot, first === null ? "portal" : AUDIENCE_OF_ROLE[first.role])
        : snapshot.apiSchema;
      const { operation, given } = generateOperation(schema, draws);
      return given.map((variables, at) => ({
        seed: `${seed}/${String(at)}`,
        viewer: at === 0 || isHeld || draws.chance(0.5) ? first : drawViewer(draws),
        schema,
        operation,
        variables,
        faults: drawFaultPlan(draws),
      }));
    },
    run: async (kind, { seed, viewer, schema, operation, variables, faults: planName }) => {
      const faults = FAULT_PLANS[planName];
      if (faults === undefined) throw new Error(`There is no fault plan ${planName}.`);
      const request = requestOf(viewer);
      const world: InventedWorld = { seed, faults, fetches: [] };
      worlds.set(request, world);
      const { text, document, operationName } = operation;
      const asked = { schema, document, queryHash: sha256Of(text), operationName, variables };
      const isEvent = getOperationAST(document, operationName)?.operation === "subscription";
      const answered = isEvent
        ? completeInventedEvent(snapshots[kind], asked, text, request)
        : snapshots[kind].run(asked, request);
      const outcome = await answered.catch((thrown: unknown) => ({ thrown }));
      return { outcome, fetches: world.fetches };
    },
    planOf: ({ viewer, operation: { document, operationName } }) =>
      plans.get(snapshot.decideAccess(document, operationName, viewer).document),
  };
}

/** Both executors get the very plan, so that a difference is never the planner's. */
function planOnce(plan: PlanOperation, plans: WeakMap<DocumentNode, QueryPlan>): PlanOperation {
  return async (operation) => {
    const known = plans.get(operation.document);
    if (known !== undefined) return known;
    const made = await plan(operation);
    plans.set(operation.document, made);
    return made;
  };
}

function requestOf(viewer: Viewer | null): GatewayRequest {
  return newRequest({
    correlationId: "differential",
    viewer,
    authorization: null,
    signal: new AbortController().signal,
    maxAgeMs: null,
  });
}
