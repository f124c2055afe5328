import type { ExecutionResult, GraphQLError } from "graphql";
import type { AccessDecision } from "../../access/access-decisions.ts";
import { tellRefusals } from "../../access/tell-refusals.ts";
import type { GatewayRequest } from "../../request.ts";
import type { AskedOperation } from "../asked-operation.ts";
import { shapeByStock } from "../shape-by-stock.ts";
import type { StockParts } from "../stock-plan.ts";
import type { ShapedAnswer } from "./answer/compile-answer.ts";
import type { ReadyOperation } from "./compile-operation.ts";
import type { FetchSubgraph } from "./plan/compiled-plan.ts";
import type { UnsupportedReason } from "./unsupported.ts";

export type CompiledRun = {
  readonly asked: Omit<AskedOperation, "queryHash">;
  readonly access: AccessDecision;
  readonly request: GatewayRequest;
};

export type CompiledRunParts = Omit<StockParts, "dataSources"> & {
  readonly fetch: FetchSubgraph;
  /** Told when the stock executor had to look at what was fetched. */
  readonly leftToStock: (reason: UnsupportedReason) => void;
};

/**
 * Runs a compiled operation. Where what the subgraphs answered is not of their schemas, and nothing else tells the client
 * why something is missing, the stock executor looks at all that was fetched: it knows what it says of each place.
 * @throws {TypeError} a subgraph gave a list where its schema has none, or none where it has one
 */
export async function runCompiled(
  { plan, answer }: ReadyOperation,
  { asked, access, request }: CompiledRun,
  parts: CompiledRunParts,
): Promise<ExecutionResult> {
  const { variables } = asked;
  const { data: merged, errors } = await plan.run({ fetch: parts.fetch, variables, request });
  const shaped = answer(merged);
  if (shaped !== null) {
    const told = tellRefusals(resultOf(shaped, errors), access, asked);
    if (!shaped.isBroken || told.errors !== undefined) return told;
  }
  parts.leftToStock("malformed");
  const byStock = await shapeByStock(merged, asked, parts);
  const hasOthers = errors.length > 0 && byStock.errors === undefined;
  const result = hasOthers ? { errors, data: byStock.data ?? null } : byStock;
  return tellRefusals(result, access, asked);
}

function resultOf({ data }: ShapedAnswer, errors: readonly GraphQLError[]): ExecutionResult {
  return errors.length === 0 ? { data } : { errors, data };
}
