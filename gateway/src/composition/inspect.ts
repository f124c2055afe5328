import { operationFromDocument } from "@apollo/federation-internals";
import type { Supergraph } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import { parse, specifiedRules, validate } from "graphql";
import type { DocumentNode } from "graphql";
import { UncutContractsError, writeServedSchemas } from "../contracts/served-schemas.ts";
import type { ServedSchemaTexts } from "../contracts/served-schemas.ts";
import { buildSupergraph } from "../execution/build-supergraph.ts";
import { POLICY_IS_NOT_SERVED, usesContext, usesPolicy } from "../execution/unserved-features.ts";
import { versionOf } from "../execution/supergraph-version.ts";
import { compositesOf, joinsOfField, joinsOfType, subgraphNames } from "./joins.ts";
import { lintSupergraph } from "./lint.ts";
import { weakenedMarks } from "./security-marks.ts";

/** What the gateway can do with a supergraph; plain data, so that it can go to another thread. */
export type ServingFacts = {
  /**
   * The subgraphs that there is a way to, by name. Of one in this process also its fields by type: a
   * supergraph that asks it for more would be answered `null` without a word.
   */
  readonly subgraphs: Readonly<Record<string, SubgraphFields | null>>;
};
export type SubgraphFields = Readonly<Record<string, readonly string[]>>;

/** An operation that clients have open, and how often. */
export type RunningOperation = {
  readonly query: string;
  readonly operationName: string | null;
  readonly running: number;
};

export type InspectionRequest = ServingFacts & {
  readonly supergraphSdl: string;
  /** What is served now. */
  readonly servedSdl: string;
  readonly operations: readonly RunningOperation[];
};

export type Inspection = {
  readonly version: string;
  /** Why it cannot be served, one sentence each; none when it can. */
  readonly problems: readonly string[];
  /** What asks for less proof or fewer scopes than it does now. */
  readonly weakened: readonly string[];
  /** Operations that are open now and would end. */
  readonly broken: readonly (RunningOperation & { readonly reasons: readonly string[] })[];
};

/** With what was made on the way, of which the one who serves it is spared the work. */
export type Inspected = {
  readonly inspection: Inspection;
  /** `null`: it has problems. */
  readonly schemas: ServedSchemaTexts | null;
};

/**
 * Looks at a supergraph before it is served: everything that can be known of it without serving it.
 * Takes seconds of CPU for a large one, so it is called in a thread of its own: see `createInspectionThread`.
 */
export function inspectSupergraph(request: InspectionRequest): Inspected {
  const { supergraphSdl, servedSdl, operations } = request;
  const version = versionOf(supergraphSdl);
  const refused = (problems: readonly string[]): Inspected => ({
    inspection: { version, problems, weakened: [], broken: [] },
    schemas: null,
  });
  const problems = findProblems(supergraphSdl, request);
  if (problems.length > 0) return refused(problems);
  try {
    const supergraph = buildSupergraph(supergraphSdl, true);
    const schemas = writeServedSchemas(supergraphSdl, supergraph);
    const reasonsAgainst = createJudge(supergraph);
    const broken = operations
      .map((operation) => ({ ...operation, reasons: reasonsAgainst(operation) }))
      .filter(({ reasons }) => reasons.length > 0);
    const weakened = weakenedMarks(parse(servedSdl), parse(supergraphSdl));
    return { inspection: { version, problems: [], weakened, broken }, schemas };
  } catch (error) {
    return refused(error instanceof UncutContractsError ? error.problems : [messageOf(error)]);
  }
}

/**
 * Why a supergraph must not be served, as far as its text tells: quick enough for every start.
 * @returns one sentence each, with the place
 */
export function findProblems(supergraphSdl: string, facts: ServingFacts): readonly string[] {
  const supergraph = parsed(supergraphSdl);
  if (typeof supergraph === "string") return [supergraph];
  if (subgraphNames(supergraph).size === 0) {
    return ["This is no supergraph: it names no subgraphs. `npm run compose` writes one."];
  }
  return [
    ...(usesPolicy(supergraphSdl) ? [POLICY_IS_NOT_SERVED] : []),
    ...(usesContext(supergraphSdl)
      ? ["The supergraph uses @context, which this gateway ignores."]
      : []),
    ...lintSupergraph(supergraph),
    ...missingTransports(supergraph, facts),
    ...missingFields(supergraph, facts),
  ];
}

function missingTransports(supergraph: DocumentNode, { subgraphs }: ServingFacts): string[] {
  const missing = [...subgraphNames(supergraph).values()].filter(
    (name) => !Object.hasOwn(subgraphs, name),
  );
  if (missing.length === 0) return [];
  return [`The supergraph has subgraphs without a transport: ${missing.join(", ")}.`];
}

/** What a subgraph of this process is asked for and does not have. */
function missingFields(supergraph: DocumentNode, { subgraphs }: ServingFacts): string[] {
  const names = subgraphNames(supergraph);
  return compositesOf(supergraph).flatMap((type) => {
    const graphs = [...new Set(joinsOfType(type).map(({ graph }) => graph))];
    return (type.fields ?? []).flatMap((field) =>
      joinsOfField(field)
        .flatMap(({ graph }) => (graph === null ? graphs : [graph]))
        .flatMap((graph) => {
          const name = names.get(graph) ?? graph;
          const known = subgraphs[name];
          if (known === undefined || known === null) return [];
          if (known[type.name.value]?.includes(field.name.value) === true) return [];
          return [
            `${name}: ${type.name.value}.${field.name.value} is not in the subgraph that runs here.`,
          ];
        }),
    );
  });
}

/** Why an operation cannot go on, as the gateway would tell its client; nothing when it can. */
function createJudge(supergraph: Supergraph): (operation: RunningOperation) => readonly string[] {
  const planner = new QueryPlanner(supergraph);
  const federationSchema = supergraph.apiSchema();
  const apiSchema = federationSchema.toGraphQLJSSchema();
  return ({ query, operationName }) => {
    try {
      const document = parse(query);
      const errors = validate(apiSchema, document, specifiedRules);
      if (errors.length > 0) return errors.map(({ message }) => message);
      const options = operationName === null ? {} : { operationName };
      planner.buildQueryPlan(operationFromDocument(federationSchema, document, options));
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  };
}

function parsed(supergraphSdl: string): DocumentNode | string {
  try {
    return parse(supergraphSdl);
  } catch (error) {
    return `The supergraph does not parse: ${messageOf(error)}`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? String(error) : "It cannot be read.";
}
