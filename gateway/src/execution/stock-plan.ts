import type { GraphQLDataSource } from "@apollo/gateway";
import type { QueryPlan } from "@apollo/query-planner";
import type { ExecutionResult, GraphQLSchema } from "graphql";
import type { ApiFederationSchema } from "../planning/federation-parts.ts";
import type { GatewayRequest } from "../request.ts";
import type { AskedOperation } from "./asked-operation.ts";

export type StockParts = {
  readonly federation: ApiFederationSchema;
  readonly supergraphSchema: GraphQLSchema;
  readonly dataSources: Readonly<Record<string, GraphQLDataSource>>;
};

/**
 * Runs a plan with Apollo's executor, which reads the operation again each time, and makes of what was fetched the answer
 * to the operation as it was asked.
 * @param asked its variables are known to fit
 * @param dataSources by the names that the plan has
 */
export async function runStockPlan(
  plan: QueryPlan,
  { schema, document, operationName, variables }: Omit<AskedOperation, "queryHash">,
  request: GatewayRequest,
  { federation, supergraphSchema, dataSources }: StockParts,
): Promise<ExecutionResult> {
  // A second of loading, for what few operations need: most are compiled.
  const { buildOperationContext, executeQueryPlan } = await import("@apollo/gateway");
  const requestContext = {
    request: { operationName, variables },
    context: { request },
    metrics: {},
    document,
    schema,
  };
  return (await executeQueryPlan(
    plan,
    dataSources,
    requestContext as unknown as Parameters<typeof executeQueryPlan>[2],
    buildOperationContext({
      schema,
      operationDocument: document,
      ...(operationName === undefined ? {} : { operationName }),
    }),
    supergraphSchema,
    federation.apiSchema,
  )) as ExecutionResult;
}
