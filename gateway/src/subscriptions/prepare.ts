import type { SubscriptionNode } from "@apollo/query-planner";
import { getOperationAST, GraphQLError, parse, specifiedRules, validate } from "graphql";
import type { Viewer } from "@crossdock/domain";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { LRUCache } from "lru-cache";
import { schemaNamed } from "../contracts/contract-of.ts";
import type { ServedSchema } from "../contracts/contract-of.ts";
import { coerceVariables } from "../execution/coerce-variables.ts";
import type { AccessDecision } from "../access/access-decisions.ts";
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
  /** What the caller may have of it: the plan is of that alone. */
  readonly access: AccessDecision;
  readonly variables: Readonly<Record<string, unknown>>;
};

export type Prepared =
  | PreparedSubscription
  /** A query or a mutation, which Apollo validates and runs. */
  | { readonly kind: "operation"; readonly document: DocumentNode }
  | { readonly kind: "refused"; readonly errors: readonly GraphQLError[] };

/**
 * Reads, checks and plans what a client sends over a socket or an event stream. Nothing is opened
 * yet: whatever is wrong with the operation is said here, also that the caller may not subscribe to it. What else the
 * caller may not have is left out of the plan.
 */
export type Prepare = (payload: OperationPayload, viewer: Viewer | null) => Promise<Prepared>;

/** `Prepare`, for the supergraph that is served or for one that is about to be. */
export type PrepareOn = (
  snapshot: SupergraphSnapshot,
  payload: OperationPayload,
  viewer: Viewer | null,
) => Promise<Prepared>;

type Checked = Pick<Planned, "query" | "document" | "snapshot" | "operation">;
type Planned = Pick<PreparedSubscription, "query" | "document" | "plan" | "snapshot" | "access"> & {
  readonly operation: OperationDefinitionNode;
};

type Kept = {
  /** Documents that are valid for a contract. */
  readonly checked: LRUCache<string, Checked>;
  readonly planned: LRUCache<string, Planned>;
};

/** @param servedTo what a caller's subscriptions are validated against */
export function createPrepare(
  limits: GatewayLimits,
  servedTo: (viewer: Viewer | null) => ServedSchema,
): PrepareOn {
  const keptOf = new WeakMap<SupergraphSnapshot, Kept>();

  function keptFor(current: SupergraphSnapshot): Kept {
    const known = keptOf.get(current);
    if (known !== undefined) return known;
    const max = limits.maxCachedSubscriptionPlans;
    const kept = {
      checked: new LRUCache<string, Checked>({ max }),
      planned: new LRUCache<string, Planned>({ max }),
    };
    keptOf.set(current, kept);
    return kept;
  }

  async function plan(
    query: string,
    operationName: string | undefined,
    viewer: Viewer | null,
    current: SupergraphSnapshot,
  ): Promise<Planned | DocumentNode> {
    const found = checked(query, operationName, servedTo(viewer), current);
    if (!("document" in found)) return found;
    const { document } = found;
    const access = current.decideAccess(document, operationName, viewer);
    refuseRoot(access);
    const { planned } = keptFor(current);
    const key = JSON.stringify([operationName, query, access.key]);
    const known = planned.get(key);
    if (known !== undefined) return { ...known, access };
    const made = {
      ...found,
      access,
      plan: await planSubscription(current, access.document, operationName),
    };
    planned.set(key, made);
    return made;
  }

  /** @returns the mere document of a query or a mutation */
  function checked(
    query: string,
    operationName: string | undefined,
    served: ServedSchema,
    current: SupergraphSnapshot,
  ): Checked | DocumentNode {
    const key = JSON.stringify([operationName, query, served]);
    const { checked: kept } = keptFor(current);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const document = read(query, limits.maxTokens);
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined) {
      throw inputError("The document has no such operation, or several and no operationName.");
    }
    if (operation.operation !== "subscription") return document;
    check(document, operation, schemaNamed(current, served), limits);
    const made = { query, document, operation, snapshot: current };
    kept.set(key, made);
    return made;
  }

  return async (current, { query, operationName, variables }, viewer) => {
    try {
      if (typeof query !== "string" || query.trim() === "") throw inputError("`query` is missing.");
      const name = typeof operationName === "string" ? operationName : undefined;
      const planned = await plan(query, name, viewer, current);
      if (!("plan" in planned)) return { kind: "operation", document: planned };
      const { document, snapshot: loaded, plan: node, access } = planned;
      return {
        kind: "subscription",
        snapshot: loaded,
        query: planned.query, // one text for all who have the same
        operationName: name,
        document,
        plan: node,
        access,
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
  contract: GraphQLSchema,
  limits: GatewayLimits,
): void {
  const excess = findExcess(document, limits);
  if (excess.length > 0) throw new RefusedDocument(excess);
  if (isRootConditional(document, operation.selectionSet)) {
    throw inputError("The root field of a subscription takes no @skip and no @include.");
  }
  const errors = validated(document, contract);
  if (errors.length > 0) {
    throw new RefusedDocument(errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")));
  }
}

/** graphql-js throws from some rules of subscriptions instead of reporting: that, too, is a refusal. */
function validated(document: DocumentNode, schema: GraphQLSchema): readonly GraphQLError[] {
  try {
    return validate(schema, document, specifiedRules);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** A subscription has one root field: without it there is nothing to open. */
function refuseRoot({ refusals }: AccessDecision): void {
  const refused = refusals.find(({ path }) => path.length === 1);
  if (refused === undefined) return;
  const { reason, path } = refused;
  throw new GraphQLError(reason.message, {
    path: path.map(({ responseName }) => responseName),
    originalError: reason,
    extensions: { code: reason.code },
  });
}

async function planSubscription(
  { plan }: SupergraphSnapshot,
  document: DocumentNode,
  operationName: string | undefined,
): Promise<SubscriptionNode> {
  const { node } = await plan({ document, operationName });
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
  const { errors } = coerceVariables(snapshot.apiSchema, definitions, given);
  if (errors === undefined) return given;
  throw new RefusedDocument(errors.map((error) => withCode(error, "BAD_USER_INPUT")));
}
