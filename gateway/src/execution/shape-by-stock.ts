import type { GraphQLDataSource } from "@apollo/gateway";
import type { QueryPlan } from "@apollo/query-planner";
import type { ExecutionResult } from "graphql";
import { newRequest } from "../request.ts";
import type { AskedOperation } from "./asked-operation.ts";
import { runStockPlan } from "./stock-plan.ts";
import type { StockParts } from "./stock-plan.ts";

/** No subgraph can be called this: the name of a subgraph starts with a letter. */
const MERGED = "<merged>";

const PLAN: QueryPlan = {
  kind: "QueryPlan",
  node: {
    kind: "Fetch",
    serviceName: MERGED,
    operation: "",
    operationKind: "query",
    variableUsages: [],
  } as never,
};

/**
 * What Apollo's executor makes of data that was fetched and merged: the answer, with nulls where something could not
 * stand in it and `extensions.valueCompletion`, which says what; or a word on what the data is not, and no answer. It knows no way
 * but to run a plan, so it is given one whose only fetch is answered by the data.
 */
export function shapeByStock(
  merged: Readonly<Record<string, unknown>>,
  asked: Omit<AskedOperation, "queryHash">,
  parts: Omit<StockParts, "dataSources">,
): Promise<ExecutionResult> {
  const source: GraphQLDataSource = { process: () => Promise.resolve({ data: merged }) };
  const dataSources = { [MERGED]: source };
  return runStockPlan(PLAN, asked, NOBODY, { ...parts, dataSources });
}

/** For whom nothing is fetched. */
const NOBODY = newRequest({
  correlationId: "",
  viewer: null,
  authorization: null,
  signal: new AbortController().signal,
  maxAgeMs: null,
});
