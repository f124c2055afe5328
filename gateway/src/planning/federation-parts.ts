import { buildSchema } from "@apollo/federation-internals";
import type { Schema, Supergraph } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import { buildSupergraph } from "../execution/build-supergraph.ts";

/** What planning takes. It cannot be handed to another thread. */
export type FederationParts = {
  readonly supergraph: Supergraph;
  /** All that clients may ask for. */
  readonly apiSchema: Schema;
  readonly planner: QueryPlanner;
};

/**
 * Takes some hundred milliseconds for a large supergraph.
 * @throws {Error} it is none
 */
export function createFederationParts(supergraphSdl: string): FederationParts {
  const supergraph = buildSupergraph(supergraphSdl);
  return {
    supergraph,
    apiSchema: supergraph.apiSchema(),
    planner: new QueryPlanner(supergraph),
  };
}

/** The API as Apollo's executor wants it. */
export type ApiFederationSchema = Pick<FederationParts, "apiSchema">;

/**
 * Made when it is first asked for, in some ten milliseconds: what is planned elsewhere and compiled here never asks for it.
 * @param apiSdl all that clients may ask for
 */
export function createApiFederationSchema(apiSdl: string): ApiFederationSchema {
  let apiSchema: Schema | undefined;
  return {
    get apiSchema() {
      return (apiSchema ??= readApi(apiSdl));
    },
  };
}

function readApi(apiSdl: string): Schema {
  const schema = buildSchema(apiSdl, { validate: false });
  schema.assumeValid(); // with the fields of introspection, which come with the validation
  return schema;
}
