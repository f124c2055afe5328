import { buildOperationContext, executeQueryPlan } from "@apollo/gateway";
import type { GraphQLDataSource } from "@apollo/gateway";
import { operationFromDocument } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import type { QueryPlan } from "@apollo/query-planner";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { execute, getOperationAST, GraphQLError, parse } from "graphql";
import type { DocumentNode, ExecutionResult, GraphQLSchema } from "graphql";
import { composeSupergraph } from "../../../../composition/compose.ts";
import { newRequest } from "../../../../request.ts";
import type { SubgraphRequest } from "../../../transport.ts";
import { buildSupergraph } from "../../../build-supergraph.ts";
import { compilePlan } from "../compile-plan.ts";
import type { FetchSubgraph, MergedData } from "../compiled-plan.ts";

export type TestSubgraph = {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: object;
};

/** Instead of what a subgraph would answer; `null` lets it answer. */
export type Interfere = (subgraph: string, call: SubgraphRequest) => ExecutionResult | null;

export type Comparison = {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly interfere?: Interfere;
  /** Instead of the planner's: the answer is still that of the operation. */
  readonly plan?: QueryPlan;
};

type Outcome = {
  readonly answer: unknown;
  readonly errors: readonly string[];
  readonly calls: readonly string[];
};

export type Compared = {
  readonly stock: Outcome;
  readonly compiled: Readonly<Record<string, Outcome>>;
};

/** How a compiled plan is run: each has to come to the same. */
const VARIANTS = {
  "generated, in process": { canGenerate: true, isText: false },
  "generated, over the wire": { canGenerate: true, isText: true },
  "closures, in process": { canGenerate: false, isText: false },
  "closures, over the wire": { canGenerate: false, isText: true },
};

const MERGED = "<merged>";

/** A graph of small subgraphs on which Apollo's executor and the compiled plans answer the same operations. */
export function createGraph(subgraphs: readonly TestSubgraph[]) {
  const supergraph = buildSupergraph(
    composeSupergraph(
      subgraphs.map(({ name, sdl }) => ({ name, sdl, url: `http://${name}.test` })),
    ),
  );
  const federationSchema = supergraph.apiSchema();
  const apiSchema = federationSchema.toGraphQLJSSchema();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph);
  const schemas = new Map<string, GraphQLSchema>(
    subgraphs.map(({ name, sdl, resolvers }) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers } as never]),
    ]),
  );

  async function answer(subgraph: string, call: SubgraphRequest, interfere: Interfere) {
    const interfered = interfere(subgraph, call);
    if (interfered !== null) return interfered;
    const schema = schemas.get(subgraph);
    if (schema === undefined) throw new Error(`no subgraph ${subgraph}`);
    return execute({
      schema,
      document: call.document ?? parse(call.query),
      variableValues: call.variables,
      operationName: call.operationName ?? null,
    });
  }

  async function runStock(
    plan: QueryPlan,
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
    fetch: FetchSubgraph,
  ): Promise<ExecutionResult> {
    const process: (subgraph: string) => GraphQLDataSource["process"] =
      (subgraph) =>
      async ({ request }) =>
        (await fetch(subgraph, {
          query: request.query ?? "",
          operationName: request.operationName,
          variables: request.variables ?? {},
          request: REQUEST,
        })) as never;
    const names = [...schemas.keys(), MERGED];
    return (await executeQueryPlan(
      plan,
      Object.fromEntries(names.map((name) => [name, { process: process(name) }])),
      { request: { variables }, context: {}, metrics: {}, document, schema: apiSchema } as never,
      buildOperationContext({ schema: apiSchema, operationDocument: document }),
      supergraphSchema,
      federationSchema,
    )) as ExecutionResult;
  }

  /** What Apollo's executor makes of data that was merged by ours. */
  async function shape(
    { data, errors }: MergedData,
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<Pick<Outcome, "answer" | "errors">> {
    const { operation } = getOperationAST(document) ?? { operation: "query" };
    const node = {
      kind: "Fetch" as const,
      serviceName: MERGED,
      operation: "",
      operationName: undefined,
      operationKind: operation as never,
    };
    const plan: QueryPlan = { kind: "QueryPlan", node };
    const shaped = await runStock(plan, document, variables, () => Promise.resolve({ data }));
    return {
      answer: plainOf(errors.length === 0 ? shaped : { data: shaped.data }),
      errors: told(errors),
    };
  }

  return {
    supergraphSchema,
    compare: async (query: string, comparison: Comparison = {}): Promise<Compared> => {
      const { variables = {}, interfere = () => null } = comparison;
      const document = parse(query);
      const plan =
        comparison.plan ??
        planner.buildQueryPlan(operationFromDocument(federationSchema, document));

      const stock = await outcomeOf(async (calls) => {
        const { errors = [], ...rest } = await runStock(
          plan,
          document,
          variables,
          (subgraph, call) => {
            calls.push(callText(subgraph, call));
            return answer(subgraph, call, interfere);
          },
        );
        return { answer: plainOf(rest), errors: told(errors) };
      });

      const compiled: Record<string, Outcome> = {};
      for (const [name, { canGenerate, isText }] of Object.entries(VARIANTS)) {
        const { run } = compilePlan(plan, {
          supergraphSchema,
          variableDefinitions: getOperationAST(document)?.variableDefinitions ?? [],
          canGenerate,
        });
        compiled[name] = await outcomeOf(async (calls) => {
          const fetch: FetchSubgraph = async (subgraph, call) => {
            calls.push(callText(subgraph, call));
            if (!isText) return answer(subgraph, call, interfere);
            return overTheWire(await answer(subgraph, received(call), interfere));
          };
          return shape(await run({ variables, request: REQUEST, fetch }), document, variables);
        });
      }
      return { stock, compiled };
    },
  };
}

async function outcomeOf(
  run: (calls: string[]) => Promise<Pick<Outcome, "answer" | "errors">>,
): Promise<Outcome> {
  const calls: string[] = [];
  try {
    return { ...(await run(calls)), calls: calls.sort() };
  } catch {
    return { answer: "thrown", errors: [], calls: calls.sort() };
  }
}

/** A call as a subgraph in another process has it. */
function received({ document: _document, ...call }: SubgraphRequest): SubgraphRequest {
  const text = call.writeVariables?.() ?? JSON.stringify(call.variables);
  return { ...call, variables: JSON.parse(text) as Record<string, unknown> };
}

const REQUEST = newRequest({
  correlationId: "compared",
  viewer: null,
  authorization: null,
  signal: new AbortController().signal,
  maxAgeMs: null,
});

function overTheWire({ data, errors }: ExecutionResult): ExecutionResult {
  return {
    ...(data === undefined ? {} : { data: plainOf(data) as NonNullable<typeof data> }),
    ...(errors === undefined
      ? {}
      : {
          errors: errors.map(
            ({ message, path, extensions }) =>
              new GraphQLError(message, { path: path ?? null, extensions }),
          ),
        }),
  };
}

function plainOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Parallel fetches fail in any order. */
function told(errors: readonly GraphQLError[]): readonly string[] {
  return errors
    .map(({ message, path, extensions }) => JSON.stringify({ message, path, ...extensions }))
    .sort();
}

/** A call, with every representation once, as the compiled plan sends them. */
function callText(subgraph: string, { query, operationName, variables }: SubgraphRequest): string {
  const { representations, ...others } = variables;
  const texts = new Set(((representations ?? []) as unknown[]).map((one) => JSON.stringify(one)));
  return JSON.stringify({ subgraph, query, operationName, others, representations: [...texts] });
}
