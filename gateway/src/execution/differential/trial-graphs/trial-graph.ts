import { composeSupergraph } from "../../../composition/compose.ts";

/** A small graph that has what the product's own has not, or not yet. */
export type TrialGraph = {
  readonly name: string;
  readonly supergraphSdl: string;
};

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@requires", "@provides", "@external", "@override", "@inaccessible",
    "@interfaceObject", "@tag", "@authenticated", "@requiresScopes"])`;

/**
 * @param subgraphs their schemas by their names
 * @throws {CompositionError} they do not make one graph
 */
export function composeTrial(
  name: string,
  subgraphs: Readonly<Record<string, string>>,
): TrialGraph {
  const supergraphSdl = composeSupergraph(
    Object.entries(subgraphs).map(([subgraph, sdl]) => ({
      name: subgraph,
      url: `http://${subgraph}.test/graphql`,
      sdl: `${LINK}\n${sdl}`,
    })),
  );
  return { name, supergraphSdl };
}
