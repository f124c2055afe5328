import type { ExecutionResult } from "graphql";
import { DEFAULT_LIMITS } from "../../limits.ts";
import type { GatewayRequest } from "../../request.ts";
import { completeEvent } from "../../subscriptions/complete-event.ts";
import { createPrepare } from "../../subscriptions/prepare.ts";
import type { AskedOperation } from "../asked-operation.ts";
import type { SupergraphSnapshot } from "../snapshot.ts";

const prepare = createPrepare(DEFAULT_LIMITS, () => "full");

/**
 * One event of a subscription: as the owning subgraph would send it, and as a client gets it.
 * @returns why there is nothing to subscribe to, or the event with what the other subgraphs have of it
 */
export async function completeInventedEvent(
  snapshot: SupergraphSnapshot,
  { operationName, variables }: AskedOperation,
  query: string,
  request: GatewayRequest,
): Promise<ExecutionResult> {
  const prepared = await prepare(snapshot, { query, operationName, variables }, request.viewer);
  if (prepared.kind === "refused") return { errors: prepared.errors };
  if (prepared.kind === "operation") throw new Error("It is no subscription.");
  const { serviceName, operation, variableUsages = [] } = prepared.plan.primary;
  const used = Object.entries(variables).filter(([name]) => variableUsages.includes(name));
  const event = await snapshot.fetch(serviceName, {
    query: operation,
    variables: Object.fromEntries(used),
    request,
  });
  return completeEvent(prepared, event, request);
}
