import type { GraphQLDataSource } from "@apollo/gateway";
import type { ExecutionResult } from "graphql";
import { tellRefusals } from "../access/tell-refusals.ts";
import { runCompiled } from "../execution/compiled/run-compiled.ts";
import { Unsupported } from "../execution/compiled/unsupported.ts";
import { runStockPlan } from "../execution/stock-plan.ts";
import type { GatewayRequest } from "../request.ts";
import { compiledSubscription, SEED, seededPlan } from "./compiled-subscription.ts";
import type { PreparedSubscription } from "./prepare.ts";

export type CompleteEvent = (
  prepared: PreparedSubscription,
  event: ExecutionResult,
  request: GatewayRequest,
) => Promise<ExecutionResult>;

/**
 * Makes a client's answer of one event: what the owning subgraph gave, and the fields of all other
 * subgraphs. Merging, error paths, conditions and null bubbling are those of a query. A subgraph that fails takes only its
 * own fields with it.
 */
export const completeEvent: CompleteEvent = (prepared, event, request) => {
  const { snapshot, document, operationName, variables, access } = prepared;
  const ready = compiledSubscription(prepared);
  if (ready instanceof Unsupported) snapshot.execution.leftToStock(ready.reason);
  if (ready === null || ready instanceof Unsupported) {
    return completeByStock(prepared, event, request);
  }
  const asked = { schema: snapshot.apiSchema, document, operationName, variables };
  return runCompiled(
    ready,
    { asked, access, request },
    {
      ...snapshot,
      ...snapshot.execution,
      fetch: (subgraph, call) =>
        subgraph === SEED ? Promise.resolve(ownCopy(event)) : snapshot.fetch(subgraph, call),
    },
  );
};

async function completeByStock(
  { snapshot, document, operationName, variables, access, plan }: PreparedSubscription,
  event: ExecutionResult,
  request: GatewayRequest,
): Promise<ExecutionResult> {
  const { data, errors } = ownCopy(event);
  const seed: GraphQLDataSource = {
    process: () =>
      Promise.resolve({
        ...(data === undefined || data === null ? {} : { data }),
        ...(errors === undefined ? {} : { errors: errors as never }),
      }),
  };
  const asked = { schema: snapshot.apiSchema, document, operationName, variables };
  const result = await runStockPlan({ kind: "QueryPlan", node: seededPlan(plan) }, asked, request, {
    ...snapshot,
    dataSources: { ...snapshot.dataSources, [SEED]: seed },
  });
  return tellRefusals(result, access, asked);
}

/** The other subgraphs' fields are written into it, and the event is completed for others, too. */
function ownCopy({ data, ...event }: ExecutionResult): ExecutionResult {
  return data === undefined || data === null ? event : { ...event, data: structuredClone(data) };
}
