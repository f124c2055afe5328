import { buildOperationContext, executeQueryPlan } from "@apollo/gateway";
import type { GraphQLDataSource } from "@apollo/gateway";
import { operationFromDocument } from "@apollo/federation-internals";
import type { Schema } from "@apollo/federation-internals";
import type { QueryPlan, QueryPlanner } from "@apollo/query-planner";
import { getOperationAST, parse } from "graphql";
import type { GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";
import { coerceVariables } from "./coerce-variables.ts";
import { NOTHING_REFUSED } from "../access/access-decisions.ts";
import type { AccessDecision, DecideAccess } from "../access/access-decisions.ts";
import { tellRefusals } from "../access/tell-refusals.ts";
import { sha256Of } from "../operations/safelist.ts";
import type { ApolloContext } from "./data-source.ts";
import type { GatewayExecutor } from "./snapshot.ts";

/** Plans that are kept, the least used dropped first. */
const MAX_PLANS = 2_000;

export type ExecutionParts = {
  readonly planner: QueryPlanner;
  readonly apiFederationSchema: Schema;
  readonly supergraphSchema: GraphQLSchema;
  readonly dataSources: Readonly<Record<string, GraphQLDataSource>>;
  readonly decideAccess: DecideAccess;
};

export type OperationExecutor = {
  readonly execute: GatewayExecutor;
  /**
   * Makes the plan of a query or a mutation for those who may have all of it, and keeps it.
   * @param text one operation, valid
   * @throws {Error} it cannot be planned
   */
  readonly planAhead: (text: string) => void;
};

type ExecutionRequest = Parameters<GatewayExecutor>[0];

/**
 * Plans and runs queries and mutations with Apollo's planner and executor. What the caller may not have is left out of
 * the plan, so nobody is asked for it; the answer is made of the operation as it was asked, has null there, and an
 * error for each place. A contract is a part of the whole graph, so all contracts share the plans.
 */
export function createExecutor(parts: ExecutionParts): OperationExecutor {
  const { planner, apiFederationSchema, supergraphSchema, dataSources, decideAccess } = parts;
  const plans = new LRUCache<string, QueryPlan>({ max: MAX_PLANS });

  function planOf(
    { queryHash }: Pick<ExecutionRequest, "queryHash">,
    operationName: string | undefined,
    { key, document }: Pick<AccessDecision, "key" | "document">,
  ): QueryPlan {
    const planKey = JSON.stringify([queryHash, operationName, key]);
    const known = plans.get(planKey);
    if (known !== undefined) return known;
    const options = operationName === undefined ? {} : { operationName };
    const plan = planner.buildQueryPlan(
      operationFromDocument(apiFederationSchema, document, options),
    );
    plans.set(planKey, plan);
    return plan;
  }

  const execute: GatewayExecutor = async (requestContext) => {
    const { document, schema, request: asked } = requestContext;
    const operationName = asked.operationName ?? undefined;
    const operationContext = buildOperationContext({
      schema, // of the caller's contract: what introspects is answered from it
      operationDocument: document,
      ...(operationName === undefined ? {} : { operationName }),
    });
    const variables = asked.variables ?? {};
    const definitions = operationContext.operation.variableDefinitions ?? [];
    const { errors } = coerceVariables(schema, definitions, variables);
    if (errors !== undefined) return { errors: [...errors] };
    const { viewer } = (requestContext.context as ApolloContext).request;
    const decision = decideAccess(document, operationName, viewer);
    const result = await executeQueryPlan(
      planOf(requestContext, operationContext.operation.name?.value, decision),
      dataSources,
      requestContext as unknown as Parameters<typeof executeQueryPlan>[2],
      operationContext,
      supergraphSchema,
      apiFederationSchema,
    );
    return tellRefusals(result, decision, {
      schema,
      document,
      operationName,
      variables,
    }) as Awaited<ReturnType<GatewayExecutor>>;
  };
  return {
    execute,
    planAhead: (text) => {
      const document = parse(text);
      const name = getOperationAST(document)?.name?.value;
      planOf({ queryHash: sha256Of(text) }, name, { key: NOTHING_REFUSED, document });
    },
  };
}
