import { setImmediate } from "node:timers/promises";
import { errorCauses } from "@apollo/federation-internals";
import type { Supergraph } from "@apollo/federation-internals";
import { buildASTSchema, parse, printSchema } from "graphql";
import type { GraphQLSchema } from "graphql";
import type { Audience } from "../policy/client-policies.ts";
import { AUDIENCES, cutContract } from "./contract.ts";
import type { Contracts } from "./contract.ts";

/** What clients are served, as SDL: texts can be made in one thread and read in another. */
export type ServedSchemaTexts = {
  /** All that clients may ask for, whoever they are. */
  readonly api: string;
  /** `null` where the audience may ask for all of it. */
  readonly contracts: Readonly<Record<Audience, string | null>>;
};

export type ServedSchemas = {
  readonly apiSchema: GraphQLSchema;
  readonly contracts: Contracts;
};

/** Contracts of some audiences cannot be cut. One sentence a problem. */
export class UncutContractsError extends Error {
  override readonly name = "UncutContractsError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/**
 * Takes some hundred milliseconds for a large supergraph, in which nobody else has a turn.
 * @throws {UncutContractsError} with the problems of all audiences
 */
export function writeServedSchemas(
  supergraphSdl: string,
  supergraph: Supergraph,
): ServedSchemaTexts {
  const apiSchema = supergraph.apiSchema().toGraphQLJSSchema();
  const problems: string[] = [];
  const contractOf = (audience: Audience): string | null => {
    try {
      const contract = cutContract(supergraphSdl, audience, apiSchema);
      return contract === apiSchema ? null : printSchema(contract);
    } catch (error) {
      const reasons = reasonsOf(error);
      problems.push(
        ...reasons.map((reason) => `The contract for ${audience} cannot be cut: ${reason}`),
      );
      return null;
    }
  };
  const contracts = {
    portal: contractOf("portal"),
    partner: contractOf("partner"),
    operator: contractOf("operator"),
  };
  if (problems.length > 0) throw new UncutContractsError(problems);
  return { api: printSchema(apiSchema), contracts };
}

function reasonsOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return ["It cannot be read."];
  return errorCauses(error)?.map(({ message }) => message) ?? [String(error)];
}

/** Others have their turn after each step, the longest of which takes some ten milliseconds. */
export async function readServedSchemas(texts: ServedSchemaTexts): Promise<ServedSchemas> {
  const apiSchema = await readSchema(texts.api);
  const contracts: Partial<Record<Audience, GraphQLSchema>> = {};
  for (const audience of AUDIENCES) {
    const text = texts.contracts[audience];
    contracts[audience] = text === null ? apiSchema : await readSchema(text);
  }
  return { apiSchema, contracts: contracts as Contracts };
}

/** @param sdl known to be valid: to look again takes longer than all else */
export async function readSchema(sdl: string): Promise<GraphQLSchema> {
  const document = parse(sdl, { noLocation: true });
  await setImmediate();
  const schema = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
  await setImmediate();
  return schema;
}
