import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import type { ExecutionResult } from "graphql";
import { asGraphQLError } from "../../../errors/present-result.ts";
import { openBody } from "../../transport.ts";
import type { SubgraphRequest } from "../../transport.ts";
import { Unsupported } from "../unsupported.ts";
import { batchOf, textsOf } from "./batch.ts";
import type { Batch } from "./batch.ts";
import type { FetchOptions } from "./compile-fetch.ts";
import type { Running, Step } from "./compiled-plan.ts";
import type { Entity } from "./entity.ts";
import { compileFindEntities } from "./entity-places.ts";
import { tellEntityErrors } from "./fetch-errors.ts";
import { compileVariables, REPRESENTATIONS, writeVariables } from "./fetch-variables.ts";
import { copyOf, generateMergeEntity, mergeEntity } from "./merge.ts";
import type { PlannedFetch } from "./planned-fetch.ts";
import { compileRepresentations } from "./representation.ts";
import { compileRewrites } from "./rewrites.ts";

/**
 * A fetch of entities that other subgraphs told of: found in what was merged so far, told to the subgraph by what it
 * requires, and merged with what it answers by their position.
 * @throws {Unsupported} a variable of the client has the name of ours, or a name is one that objects inherit
 */
export function compileEntityFetch(
  { node, at, document, selected }: PlannedFetch,
  requires: readonly QueryPlanSelectionNode[],
  { schema, canGenerate, sharesAnswers }: FetchOptions,
): Step {
  const { serviceName: subgraph, operation: query, operationName } = node;
  const { inputRewrites, variableUsages = [] } = node;
  if (variableUsages.includes(REPRESENTATIONS)) {
    throw new Unsupported("name", `the variable ${REPRESENTATIONS}`);
  }
  const openedBody = openBody(query, operationName);
  const findRepresentation = compileRepresentations({
    requires,
    inputRewrites,
    schema,
    canGenerate,
  });
  const findEntities = compileFindEntities(at, canGenerate);
  const variablesOf = compileVariables(variableUsages);
  const rewrite = compileRewrites(schema, node.outputRewrites);
  const merge =
    canGenerate && rewrite === null ? generateMergeEntity([...selected.keys()]) : mergeEntity;

  async function run(running: Running, batch: Batch): Promise<void> {
    try {
      const { request } = running;
      const variables = variablesOf(running.variables);
      const call: SubgraphRequest = {
        query,
        document,
        operationName,
        openedBody,
        variables: { ...variables, [REPRESENTATIONS]: batch.values },
        writeVariables: writerOf(variables, batch),
        request,
      };
      const result = await running.fetch(subgraph, call);
      const { errors } = result;
      if (errors !== undefined) {
        const { data } = running;
        const told = tellEntityErrors({ errors, subgraph, at, data, slots: batch.slots });
        for (const error of told) running.errors.push(error);
      }
      const entities = entitiesOf(result, batch.values.length);
      if (entities !== null) mergeAll(batch, entities);
    } catch (error) {
      running.errors.push(asGraphQLError(error));
    }
  }

  function mergeAll({ targets, slots }: Batch, entities: readonly unknown[]): void {
    let next = 0; // positions come in order, so one that is less was merged before
    targets.forEach((target, place) => {
      const slot = slots[place] ?? 0;
      const entity = entities[slot];
      const isFirst = slot === next;
      if (isFirst) next++;
      if (typeof entity !== "object" || entity === null) return;
      const own = entity as Entity;
      if (isFirst && rewrite !== null) {
        if (!own["__typename"]) own["__typename"] = target["__typename"];
        rewrite(own);
      }
      merge(target, isFirst || sharesAnswers ? own : (copyOf(own) as Entity));
    });
  }

  return (running) => {
    const batch = batchOf(findEntities(running.data), findRepresentation);
    return batch.targets.length === 0 ? null : run(running, batch);
  };
}

function writerOf(variables: Readonly<Record<string, unknown>>, batch: Batch): () => string {
  return () => writeVariables(variables, textsOf(batch));
}

/**
 * @returns `null` where the subgraph gave nothing, and said why
 * @throws {Error} what it gave are not the entities that it was asked for
 */
function entitiesOf({ data }: ExecutionResult, count: number): readonly unknown[] | null {
  if (data === undefined || data === null) return null;
  const entities = data["_entities"];
  if (!Array.isArray(entities)) {
    throw new Error('Expected "data._entities" in response to be an array');
  }
  if (entities.length !== count) {
    throw new Error(`Expected "data._entities" to contain ${String(count)} elements`);
  }
  return entities;
}
