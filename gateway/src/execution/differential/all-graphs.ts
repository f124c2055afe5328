import { readFile } from "node:fs/promises";
import { openComparedGraph } from "./compared-graph.ts";
import type { ComparedGraph } from "./compared-graph.ts";
import { composeTrialGraphs } from "./trial-graphs/all.ts";

/** The name of our own supergraph among those that are compared. */
export const PRODUCT = "product";

/**
 * The graphs in the order in which cases are dealt to them: every second one is our own, the others have what ours has
 * not.
 * @param supergraphFile our own
 * @param name of the only one that is wanted
 * @throws {Error} there is none of that name
 */
export async function openAllGraphs(
  supergraphFile: string,
  name?: string,
): Promise<readonly ComparedGraph[]> {
  const supergraphSdl = await readFile(supergraphFile, "utf8");
  const all = [{ name: PRODUCT, supergraphSdl }, ...composeTrialGraphs()];
  const wanted = all.filter((graph) => name === undefined || graph.name === name);
  const [first, ...others] = await Promise.all(
    wanted.map((graph) => openComparedGraph(graph.name, graph.supergraphSdl)),
  );
  if (first === undefined) throw new Error(`There is no graph ${String(name)}.`);
  return others.length === 0 ? [first] : others.flatMap((graph) => [first, graph]);
}
