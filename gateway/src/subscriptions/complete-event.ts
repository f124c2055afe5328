import { buildOperationContext, executeQueryPlan } from "@apollo/gateway";
import type { GraphQLDataSource } from "@apollo/gateway";
import type { PlanNode } from "@apollo/query-planner";
import type { Logger } from "@crossdock/runtime";
import type { ExecutionResult } from "graphql";
import { tellRefusals } from "../access/tell-refusals.ts";
import { apolloLogger } from "../execution/snapshot.ts";
import type { GatewayRequest } from "../request.ts";
import type { PreparedSubscription } from "./prepare.ts";

export type CompleteEvent = (
  prepared: PreparedSubscription,
  event: ExecutionResult,
  request: GatewayRequest,
) => Promise<ExecutionResult>;

/** No subgraph can be called this: the name of a subgraph starts with a letter. */
const SEED = "<event>";

/**
 * Makes a client's answer of one event: what the owning subgraph gave, and the fields of all other
 * subgraphs. The stock executor knows no subscriptions but runs any plan, so it is given one whose
 * first fetch is answered by the event itself: merging, error paths, conditions and null bubbling
 * are those of a query. A subgraph that fails takes only its own fields with it.
 */
export function createCompleteEvent(logger: Logger): CompleteEvent {
  const loggerOfApollo = apolloLogger(logger);
  return async (prepared, event, request) => {
    const { snapshot, document, operationName, query, variables, access } = prepared;
    const { data, errors } = event;
    const seed: GraphQLDataSource = {
      process: () =>
        Promise.resolve({
          // a copy: the executor writes the other subgraphs' fields into it
          ...(data === undefined || data === null ? {} : { data: structuredClone(data) }),
          ...(errors === undefined ? {} : { errors: errors as never }),
        }),
    };
    const requestContext = {
      request: { query, operationName, variables: { ...variables } },
      context: { request },
      metrics: {},
      logger: loggerOfApollo,
      document,
      schema: snapshot.apiSchema,
    };
    const result = await executeQueryPlan(
      { kind: "QueryPlan", node: seededPlan(prepared) },
      { ...snapshot.dataSources, [SEED]: seed },
      requestContext as unknown as Parameters<typeof executeQueryPlan>[2],
      buildOperationContext({
        schema: snapshot.apiSchema,
        operationDocument: document,
        ...(operationName === undefined ? {} : { operationName }),
      }),
      snapshot.supergraphSchema,
      snapshot.apiFederationSchema,
    );
    const asked = { schema: snapshot.apiSchema, document, operationName, variables };
    return tellRefusals(result, access, asked);
  };
}

function seededPlan({ plan: { primary, rest } }: PreparedSubscription): PlanNode {
  const seed: PlanNode = { ...primary, serviceName: SEED };
  return rest === undefined ? seed : { kind: "Sequence", nodes: [seed, rest] };
}
