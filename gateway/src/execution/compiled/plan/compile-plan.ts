import type { ConditionNode, FetchNode, PlanNode, QueryPlan } from "@apollo/query-planner";
import { Kind } from "graphql";
import type { GraphQLSchema, VariableDefinitionNode } from "graphql";
import { CAN_GENERATE_CODE } from "../generated-code.ts";
import { Unsupported } from "../unsupported.ts";
import { compileFetch } from "./compile-fetch.ts";
import type { CompiledPlan, Running, Step } from "./compiled-plan.ts";
import { plannedFetches } from "./planned-fetch.ts";
import { unsharedFetches } from "./shared-answers.ts";

export type PlanOptions = {
  /** Of the whole graph. */
  readonly supergraphSchema: GraphQLSchema;
  /** Of the operation that the plan is for: a condition may go by a default. */
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  /** Whether functions are made of text, which is the default where it is allowed. */
  readonly canGenerate?: boolean;
};

/**
 * Makes functions of a plan, so that nothing of it is read again for a request. They do what Apollo's `executeQueryPlan`
 * does up to where it makes the answer of what was fetched: the same calls, but for entities that are asked for twice, the
 * same data, the same errors.
 * @throws {Unsupported} the plan has something that the stock executor has to run, or to refuse
 */
export function compilePlan({ node }: QueryPlan, options: PlanOptions): CompiledPlan {
  const step = node === undefined ? null : compileNode(node, options);
  return {
    run: async ({ fetch, variables, request }) => {
      const running: Running = { fetch, variables, request, data: {}, errors: [] };
      await step?.(running);
      return running;
    },
  };
}

function compileNode(
  root: NonNullable<QueryPlan["node"]>,
  { supergraphSchema, variableDefinitions, canGenerate = CAN_GENERATE_CODE }: PlanOptions,
): Step {
  if (root.kind === "Subscription") throw new Unsupported("subscription", "a subscription");
  const fetches = plannedFetches(root);
  const unshared = unsharedFetches(fetches);
  const steps = new Map<FetchNode, Step>(
    fetches.map((fetch) => [
      fetch.node,
      compileFetch(fetch, {
        schema: supergraphSchema,
        canGenerate,
        sharesAnswers: !unshared.has(fetch),
      }),
    ]),
  );

  function stepOf(node: PlanNode): Step {
    switch (node.kind) {
      case "Sequence":
        return inSequence(node.nodes.map(stepOf));
      case "Parallel":
        return inParallel(node.nodes.map(stepOf));
      case "Condition":
        return onCondition(node);
      case "Flatten":
        return stepOf(node.node);
      case "Fetch":
        return steps.get(node) ?? nothing;
      case "Defer":
        throw new Unsupported("defer", "@defer");
    }
  }

  function onCondition({ condition, ifClause, elseClause }: ConditionNode): Step {
    const whenTrue = ifClause === undefined ? nothing : stepOf(ifClause);
    const whenFalse = elseClause === undefined ? nothing : stepOf(elseClause);
    const defaultValue = defaultOf(condition, variableDefinitions);
    return (running) => {
      const given = Object.hasOwn(running.variables, condition)
        ? running.variables[condition]
        : undefined;
      const value = given === undefined ? defaultValue : given;
      if (typeof value !== "boolean") {
        throw new TypeError(`The condition $${condition} is neither true nor false.`);
      }
      return value ? whenTrue(running) : whenFalse(running);
    };
  }

  return stepOf(root);
}

const nothing: Step = () => null;

function inSequence(steps: readonly Step[]): Step {
  return async (running) => {
    for (const step of steps) {
      const done = step(running);
      if (done !== null) await done;
    }
  };
}

function inParallel(steps: readonly Step[]): Step {
  return async (running) => {
    await Promise.all(steps.map((step) => step(running)));
  };
}

function defaultOf(
  variable: string,
  definitions: readonly VariableDefinitionNode[],
): boolean | undefined {
  const definition = definitions.find((one) => one.variable.name.value === variable);
  const value = definition?.defaultValue;
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}
