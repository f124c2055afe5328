import type { QueryPlan } from "@apollo/query-planner";
import { getOperationAST, GraphQLError, parse } from "graphql";
import type {
  DocumentNode,
  ExecutionResult,
  GraphQLSchema,
  OperationDefinitionNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import { NOTHING_REFUSED } from "../access/access-decisions.ts";
import type { AccessDecision, DecideAccess } from "../access/access-decisions.ts";
import { tellRefusals } from "../access/tell-refusals.ts";
import type { MayWait } from "../may-wait.ts";
import { sha256Of } from "../operations/safelist.ts";
import type { PlanOperation } from "../planning/plan-operation.ts";
import type { GatewayRequest } from "../request.ts";
import type { AskedOperation } from "./asked-operation.ts";
import { coerceVariables } from "./coerce-variables.ts";
import { compileOperation } from "./compiled/compile-operation.ts";
import type { CompiledOperation, ReadyOperation } from "./compiled/compile-operation.ts";
import type { FetchSubgraph } from "./compiled/plan/compiled-plan.ts";
import { runCompiled } from "./compiled/run-compiled.ts";
import { orUnsupported, Unsupported } from "./compiled/unsupported.ts";
import type { UnsupportedReason } from "./compiled/unsupported.ts";
import { runStockPlan } from "./stock-plan.ts";
import type { StockParts } from "./stock-plan.ts";

/** Operations whose plans, and what is compiled of them, are kept, the least used dropped first. */
const MAX_OPERATIONS = 2_000;

/** `stock`: Apollo's executor runs everything. `compiled`: only what is not compiled. The answers are the same. */
export type ExecutorKind = "compiled" | "stock";

export const DEFAULT_EXECUTOR: ExecutorKind = "compiled";

export type ExecutionChoice = {
  readonly kind: ExecutorKind;
  /** Told of each answer that the stock executor makes although `kind` is `compiled`. */
  readonly leftToStock: (reason: UnsupportedReason) => void;
};

export const DEFAULT_EXECUTION: ExecutionChoice = {
  kind: DEFAULT_EXECUTOR,
  leftToStock: () => undefined,
};

export type ExecutionParts = ExecutionChoice &
  StockParts & {
    readonly plan: PlanOperation;
    readonly decideAccess: DecideAccess;
    /** All that clients may ask for. */
    readonly apiSchema: GraphQLSchema;
    readonly fetch: FetchSubgraph;
  };

export type OperationExecutor = {
  /**
   * Plans and runs a query or a mutation.
   * @returns what is wrong with the variables, or the answer: errors beside the data of what could be had, each refused
   * field null with an error at its place
   */
  readonly run: (asked: AskedOperation, request: GatewayRequest) => Promise<ExecutionResult>;
  /**
   * Plans and compiles a query or a mutation for those who may have all of it, and keeps that.
   * @param text one operation, valid
   * @throws {Error} it cannot be planned
   */
  readonly planAhead: (text: string) => Promise<void>;
  /** @returns those that were used last, the latest first, without what was asked for only once */
  readonly recent: (max: number) => readonly PlannableOperation[];
  /**
   * Plans and compiles what the executor of another supergraph had, and keeps that.
   * @throws {Error} it cannot be planned any more
   */
  readonly planAgain: (operation: PlannableOperation) => Promise<void>;
};

/** What a plan is made of. Equal access keys leave the same of a document, whatever the supergraph is. */
export type PlannableOperation = Pick<AskedOperation, "queryHash" | "document"> & {
  readonly operation: OperationDefinitionNode;
  readonly access: Pick<AccessDecision, "key" | "document">;
};

/** What is kept of an operation, for all who may have the same of it. */
type KeptOperation = {
  readonly of: PlannableOperation;
  /** Whoever asks for one that is being made waits for the same. */
  readonly planned: Promise<PlannedOperation>;
  /** What that came to; `null` until then. */
  made: PlannedOperation | null;
  isUsedAgain: boolean;
};

type PlannedOperation = {
  readonly plan: QueryPlan;
  /** Or why it is not; `null` where nothing is compiled. */
  readonly compiled: CompiledOperation | Unsupported | null;
};

/**
 * Runs queries and mutations. What the caller may not have is left out of the plan, so nobody is asked for it; the answer
 * is made of the operation as it was asked, has null there, and an error for each place. A contract is a part of the whole
 * graph, so all contracts share what is kept.
 */
export function createExecutor(parts: ExecutionParts): OperationExecutor {
  const { kind, decideAccess, leftToStock } = parts;
  const kept = new LRUCache<string, KeptOperation>({ max: MAX_OPERATIONS });

  function planned(
    { queryHash, document }: Pick<AskedOperation, "queryHash" | "document">,
    operation: OperationDefinitionNode,
    access: PlannableOperation["access"],
  ): MayWait<PlannedOperation> {
    const operationName = operation.name?.value;
    const key = `${queryHash} ${operationName ?? ""} ${access.key}`;
    const known = kept.get(key);
    if (known !== undefined) {
      known.isUsedAgain = true;
      return known.made ?? known.planned;
    }
    const made = parts.plan({ document: access.document, operationName }).then((plan) => ({
      plan,
      compiled:
        kind === "stock"
          ? null
          : orUnsupported(() => compileOperation({ document, operation, plan }, parts)),
    }));
    const of = { queryHash, document, operation, access };
    const fresh: KeptOperation = { of, planned: made, made: null, isUsedAgain: false };
    kept.set(key, fresh);
    made.then(
      (planned) => {
        fresh.made = planned;
      },
      () => {
        if (kept.peek(key) === fresh) kept.delete(key);
      },
    );
    return made;
  }

  /** @returns `null` where the stock executor has to run it */
  function readyFor(
    compiled: PlannedOperation["compiled"],
    variables: AskedOperation["variables"],
  ): ReadyOperation | null {
    if (compiled === null) return null;
    const ready =
      compiled instanceof Unsupported
        ? compiled
        : orUnsupported(() => compiled.readyFor(variables));
    if (!(ready instanceof Unsupported)) return ready;
    leftToStock(ready.reason);
    return null;
  }

  return {
    run: async (asked, request) => {
      const { schema, document, operationName, variables } = asked;
      const operation = operationIn(document, operationName);
      const errors = wrongVariables(schema, operation, variables);
      if (errors !== undefined) return { errors };
      const access = decideAccess(document, operationName, request.viewer);
      const made = planned(asked, operation, access);
      const { plan, compiled } = made instanceof Promise ? await made : made;
      const ready = readyFor(compiled, variables);
      if (ready !== null) return await runCompiled(ready, { asked, access, request }, parts);
      return tellRefusals(await runStockPlan(plan, asked, request, parts), access, asked);
    },
    planAhead: async (text) => {
      const document = parse(text);
      const access = { key: NOTHING_REFUSED, document };
      const queryHash = sha256Of(text);
      await planned({ queryHash, document }, operationIn(document, undefined), access);
    },
    recent: (max) =>
      [...kept.values()]
        .filter(({ isUsedAgain }) => isUsedAgain)
        .slice(0, max)
        .map(({ of }) => of),
    planAgain: async (again) => {
      await planned(again, again.operation, again.access);
    },
  };
}

function operationIn(
  document: DocumentNode,
  operationName: string | undefined,
): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (operation) return operation;
  throw new GraphQLError("The document has no such operation, or several and no operationName.");
}

function wrongVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: AskedOperation["variables"],
): readonly GraphQLError[] | undefined {
  if (variableDefinitions.length === 0) return undefined;
  return coerceVariables(schema, variableDefinitions, variables).errors;
}
