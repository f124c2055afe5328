import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { composeServices } from "@apollo/composition";
import { parse as parseGraphql } from "graphql";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { POLICY_IS_NOT_SERVED, usesPolicy } from "../execution/unserved-features.ts";
import { lintSupergraph } from "./lint.ts";

/** One subgraph as composition wants it. */
export type SubgraphDefinition = {
  readonly name: string;
  /** Where it is served when it is not in the gateway's process. */
  readonly url: string;
  /** Its whole schema, the federation link included. */
  readonly sdl: string;
};

/** The subgraphs do not make one graph, or their description cannot be read. One line a problem. */
export class CompositionError extends Error {
  override readonly name = "CompositionError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/**
 * Reads a supergraph.yaml in rover's format, and the schema files that it names, relative to it.
 * @throws {CompositionError} something is missing or does not read
 */
export async function readSubgraphs(configFile: string): Promise<readonly SubgraphDefinition[]> {
  const config = CONFIG.safeParse(parseYaml(await readOrFail(configFile)));
  if (!config.success) {
    throw new CompositionError(
      config.error.issues.map(({ path, message }) => `${configFile}: ${path.join(".")} ${message}`),
    );
  }
  return Promise.all(
    Object.entries(config.data.subgraphs).map(async ([name, { routing_url: url, schema }]) => ({
      name,
      url,
      sdl: await readOrFail(resolve(dirname(configFile), schema.file)),
    })),
  );
}

/**
 * Composes one graph. The same subgraphs always give the same text, whatever their order.
 * @returns the supergraph SDL, ending with a newline
 * @throws {CompositionError} with the code of every problem, or the place of what composes and would be
 *   answered wrongly: see `lintSupergraph`
 */
export function composeSupergraph(subgraphs: readonly SubgraphDefinition[]): string {
  const services = [...subgraphs]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, url, sdl }) => ({ name, url, typeDefs: parseSdl(name, sdl) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors !== undefined) {
    throw new CompositionError(
      errors.map(({ message, extensions }) => `${String(extensions["code"])}: ${message}`),
    );
  }
  const wrong = [
    ...(usesPolicy(supergraphSdl) ? [POLICY_IS_NOT_SERVED] : []),
    ...lintSupergraph(parseGraphql(supergraphSdl)),
  ];
  if (wrong.length > 0) throw new CompositionError(wrong);
  return `${supergraphSdl.trimEnd()}\n`;
}

const CONFIG = z.object({
  federation_version: z.string().regex(/^=?2/, "is not a version of Federation 2"),
  subgraphs: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/, "is not a subgraph's name"),
    z.object({ routing_url: z.url(), schema: z.object({ file: z.string() }) }),
  ),
});

async function readOrFail(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new CompositionError([`${file} cannot be read.`]);
  }
}

function parseSdl(name: string, sdl: string) {
  try {
    return parseGraphql(sdl);
  } catch (error) {
    throw new CompositionError([`The schema of ${name} does not parse: ${String(error)}`]);
  }
}
