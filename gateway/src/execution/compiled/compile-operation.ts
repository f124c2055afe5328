import type { QueryPlan } from "@apollo/query-planner";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { compileAnswer } from "./answer/compile-answer.ts";
import type { CompiledAnswer } from "./answer/compile-answer.ts";
import { conditionValuesOf, conditionVariablesOf } from "./answer/conditions.ts";
import { compilePlan } from "./plan/compile-plan.ts";
import type { CompiledPlan } from "./plan/compiled-plan.ts";

/** An operation as functions. */
export type CompiledOperation = {
  /**
   * With the shape that its answer has, which `@skip` and `@include` may change with the variables. Each is compiled when it
   * is first asked for, and kept.
   * @param variables as the client sent them, known to fit
   * @throws {Unsupported} the stock executor has to run it
   */
  readonly readyFor: (variables: Readonly<Record<string, unknown>>) => ReadyOperation;
};

/** Its fetches, and what is made of what they bring. */
export type ReadyOperation = {
  readonly plan: CompiledPlan;
  readonly answer: CompiledAnswer;
};

export type OperationToCompile = {
  /** As the client sent it. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Of what the caller may have of it. */
  readonly plan: QueryPlan;
};

export type CompilingSchemas = {
  /** All that clients may ask for. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSchema: GraphQLSchema;
};

/** @throws {Unsupported} the stock executor has to run it */
export function compileOperation(
  { document, operation, plan }: OperationToCompile,
  { apiSchema, supergraphSchema }: CompilingSchemas,
): CompiledOperation {
  const { variableDefinitions = [] } = operation;
  const compiledPlan = compilePlan(plan, { supergraphSchema, variableDefinitions });
  const deciding = conditionVariablesOf(document, operation);
  /** By the values of the variables that decide on conditions: no more than these have. */
  const ready = new Map<string, ReadyOperation>();

  function readyFor(variables: Readonly<Record<string, unknown>>): ReadyOperation {
    const conditions = conditionValuesOf(deciding, variables);
    const key = [...conditions.values()].join(" ");
    const known = ready.get(key);
    if (known !== undefined) return known;
    const answer = compileAnswer(document, operation, apiSchema, conditions);
    const made = { plan: compiledPlan, answer };
    ready.set(key, made);
    return made;
  }

  if (deciding.length > 0) return { readyFor };
  const only = readyFor({});
  return { readyFor: () => only };
}
