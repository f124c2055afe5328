import type { GraphQLSchema } from "graphql";
import { asGraphQLError } from "../../../errors/present-result.ts";
import { openBody } from "../../transport.ts";
import type { SubgraphRequest } from "../../transport.ts";
import { plainName } from "../generated-code.ts";
import { Unsupported } from "../unsupported.ts";
import type { Running, Step } from "./compiled-plan.ts";
import { compileEntityFetch } from "./compile-entity-fetch.ts";
import type { Entity } from "./entity.ts";
import { compileFindEntities } from "./entity-places.ts";
import { tellErrors } from "./fetch-errors.ts";
import { compileVariables } from "./fetch-variables.ts";
import { mergeInto } from "./merge.ts";
import type { PlannedFetch } from "./planned-fetch.ts";
import { compileRewrites } from "./rewrites.ts";

export type FetchOptions = {
  readonly schema: GraphQLSchema;
  readonly canGenerate: boolean;
  /** Whether entities with the same representation may have the same objects below them. */
  readonly sharesAnswers: boolean;
};

/**
 * @throws {Unsupported} the stock executor ignores what the fetch asks for, or a name is one that objects inherit
 */
export function compileFetch(fetch: PlannedFetch, options: FetchOptions): Step {
  const { node, selected } = fetch;
  if (node.contextRewrites !== undefined && node.contextRewrites.length > 0) {
    throw new Unsupported("context", "@context");
  }
  for (const name of [...selected.keys(), ...(node.variableUsages ?? [])]) plainName(name);
  return node.requires === undefined
    ? compileRootFetch(fetch, options)
    : compileEntityFetch(fetch, node.requires, options);
}

/** A fetch of root fields: of the answer's own, or of a root type that a field leads to again. */
function compileRootFetch(
  { node, at, document }: PlannedFetch,
  { schema, canGenerate }: FetchOptions,
): Step {
  const { serviceName: subgraph, operation: query, operationName } = node;
  const openedBody = openBody(query, operationName);
  const findTargets = at.length === 0 ? null : compileFindEntities(at, canGenerate);
  const rewrite = compileRewrites(schema, node.outputRewrites);
  const variablesOf = compileVariables(node.variableUsages ?? []);

  async function run(running: Running, targets: readonly Entity[]): Promise<void> {
    try {
      const { variables, request } = running;
      const call: SubgraphRequest = {
        query,
        document,
        operationName,
        openedBody,
        variables: variablesOf(variables),
        request,
      };
      const { data, errors } = await running.fetch(subgraph, call);
      for (const error of tellErrors(errors ?? [], subgraph, at)) running.errors.push(error);
      if (data === undefined || data === null) return;
      rewrite?.(data);
      for (const target of targets) mergeInto(target, data);
    } catch (error) {
      running.errors.push(asGraphQLError(error));
    }
  }

  return (running) => {
    const targets = findTargets === null ? [running.data] : findTargets(running.data);
    return targets.length === 0 ? null : run(running, targets);
  };
}
