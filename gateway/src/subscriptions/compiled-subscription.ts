import type { PlanNode, SubscriptionNode } from "@apollo/query-planner";
import { getOperationAST } from "graphql";
import { compileOperation } from "../execution/compiled/compile-operation.ts";
import type { CompiledOperation, ReadyOperation } from "../execution/compiled/compile-operation.ts";
import { orUnsupported, Unsupported } from "../execution/compiled/unsupported.ts";
import type { PreparedSubscription } from "./prepare.ts";

/**
 * What stands for the owning subgraph where an event is completed: it is answered by the event. No subgraph can be called
 * this: the name of a subgraph starts with a letter.
 */
export const SEED = "<event>";

/** Neither executor knows subscriptions but both run any plan: this one's first fetch is answered by the event itself. */
export function seededPlan({ primary, rest }: SubscriptionNode): PlanNode {
  const seed: PlanNode = { ...primary, serviceName: SEED };
  return rest === undefined ? seed : { kind: "Sequence", nodes: [seed, rest] };
}

/** As long as somebody has the plan. */
const compiled = new WeakMap<SubscriptionNode, CompiledOperation | Unsupported>();

/** @returns what completes the subscription's events; or why the stock executor has to, or `null` where it has to do everything */
export function compiledSubscription(
  prepared: PreparedSubscription,
): ReadyOperation | Unsupported | null {
  const { snapshot, plan, variables } = prepared;
  if (snapshot.execution.kind === "stock") return null;
  const operation = compiled.get(plan) ?? orUnsupported(() => compile(prepared));
  compiled.set(plan, operation);
  return operation instanceof Unsupported
    ? operation
    : orUnsupported(() => operation.readyFor(variables));
}

function compile({ snapshot, document, operationName, plan }: PreparedSubscription) {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Unsupported("plan", "a document without the operation");
  const seeded = { kind: "QueryPlan", node: seededPlan(plan) } as const;
  return compileOperation({ document, operation, plan: seeded }, snapshot);
}
