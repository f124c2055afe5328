import { operationFromDocument } from "@apollo/federation-internals";
import type { SubscriptionNode } from "@apollo/query-planner";
import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import type { DocumentNode, OperationDefinitionNode } from "graphql";
import { LRUCache } from "lru-cache";
import type { SupergraphSnapshot } from "../execution/snapshot.ts";
import type { GatewayLimits } from "../limits.ts";
import { isRecord } from "../operations/operation-payload.ts";
import type { OperationPayload } from "../operations/operation-payload.ts";
import { findExcess } from "../policy/document-limits.ts";
import { isRootConditional } from "./root-condition.ts";

export type PreparedSubscription = {
  readonly kind: "subscription";
  readonly snapshot: SupergraphSnapshot;
  readonly query: string;
  readonly operationName: string | undefined;
  readonly document: DocumentNode;
  readonly plan: SubscriptionNode;
  readonly variables: Readonly<Record<string, unknown>>;
};

export type Prepared =
  | PreparedSubscription
  /** A query or a mutation, which Apollo validates and runs. */
  | { readonly kind: "operation"; readonly document: DocumentNode }
  | { readonly kind: "refused"; readonly errors: readonly GraphQLError[] };

/**
 * Reads, checks and plans what a client sends over a socket or an event stream. Nothing is opened
 * yet: whatever is wrong with the operation is said here.
 */
export type Prepare = (payload: OperationPayload) => Prepared;

type Planned = Pick<PreparedSubscription, "query" | "document" | "plan" | "snapshot"> & {
  readonly operation: OperationDefinitionNode;
};

export function createPrepare(snapshot: () => SupergraphSnapshot, limits: GatewayLimits): Prepare {
  const plansOf = new WeakMap<SupergraphSnapshot, LRUCache<string, Planned>>();

  function plansFor(current: SupergraphSnapshot): LRUCache<string, Planned> {
    const known = plansOf.get(current);
    if (known !== undefined) return known;
    const plans = new LRUCache<string, Planned>({ max: limits.maxCachedSubscriptionPlans });
    plansOf.set(current, plans);
    return plans;
  }

  function plan(query: string, operationName: string | undefined): Planned | DocumentNode {
    const key = JSON.stringify([operationName, query]);
    const current = snapshot();
    const plans = plansFor(current);
    const known = plans.get(key);
    if (known !== undefined) return known;
    const document = read(query, limits.maxTokens);
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined) {
      throw inputError("The document has no such operation, or several and no operationName.");
    }
    if (operation.operation !== "subscription") return document;
    check(document, operation, current, limits);
    const planned = {
      query,
      document,
      operation,
      snapshot: current,
      plan: planSubscription(current, document, operationName),
    };
    plans.set(key, planned);
    return planned;
  }

  return ({ query, operationName, variables }) => {
    try {
      if (typeof query !== "string" || query.trim() === "") throw inputError("`query` is missing.");
      const name = typeof operationName === "string" ? operationName : undefined;
      const planned = plan(query, name);
      if (!("plan" in planned)) return { kind: "operation", document: planned };
      const { document, snapshot: loaded, plan: node } = planned;
      return {
        kind: "subscription",
        snapshot: loaded,
        query: planned.query, // one text for all who have the same
        operationName: name,
        document,
        plan: node,
        variables: coerced(variables, planned),
      };
    } catch (error) {
      return { kind: "refused", errors: errorsOf(error) };
    }
  };
}

/** Several errors at once, on their way out of the checks. */
class RefusedDocument extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super("The document was refused.");
  }
}

function errorsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof RefusedDocument) return error.errors;
  if (error instanceof GraphQLError) return [error];
  const originalError = error instanceof Error ? error : new Error(String(error));
  return [new GraphQLError(originalError.message, { originalError })];
}

function inputError(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  });
}

function read(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, "GRAPHQL_PARSE_FAILED") : error;
  }
}

function check(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { apiSchema }: SupergraphSnapshot,
  limits: GatewayLimits,
): void {
  const excess = findExcess(document, limits);
  if (excess.length > 0) throw new RefusedDocument(excess);
  if (isRootConditional(document, operation.selectionSet)) {
    throw inputError("The root field of a subscription takes no @skip and no @include.");
  }
  const errors = validated(document, apiSchema);
  if (errors.length > 0) {
    throw new RefusedDocument(errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")));
  }
}

/** graphql-js throws from some rules of subscriptions instead of reporting: that, too, is a refusal. */
function validated(
  document: DocumentNode,
  schema: SupergraphSnapshot["apiSchema"],
): readonly GraphQLError[] {
  try {
    return validate(schema, document, specifiedRules);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function planSubscription(
  { planner, apiFederationSchema }: SupergraphSnapshot,
  document: DocumentNode,
  operationName: string | undefined,
): SubscriptionNode {
  const options = operationName === undefined ? {} : { operationName };
  const operation = operationFromDocument(apiFederationSchema, document, options);
  const { node } = planner.buildQueryPlan(operation);
  if (node?.kind !== "Subscription") throw inputError("The operation subscribes to nothing.");
  return node;
}

/** @returns the variables as they were sent, once they are known to fit */
function coerced(
  variables: unknown,
  { operation, snapshot }: Planned,
): Readonly<Record<string, unknown>> {
  if (variables !== undefined && variables !== null && !isRecord(variables)) {
    throw inputError("`variables` is not an object.");
  }
  const given = isRecord(variables) ? variables : {};
  const definitions = operation.variableDefinitions ?? [];
  const { errors } = getVariableValues(snapshot.apiSchema, definitions, given);
  if (errors === undefined) return given;
  throw new RefusedDocument(errors.map((error) => withCode(error, "BAD_USER_INPUT")));
}
