import type { Entity } from "./entity.ts";
import type { FindRepresentation, RepresentationOf } from "./representation.ts";

/** The entities that a subgraph is asked for, each once. */
export type Batch = {
  /** The objects of the answer that the subgraph is asked about. */
  readonly targets: readonly Entity[];
  /** For each of them, the position of its representation. */
  readonly slots: readonly number[];
  /** What the subgraph is told. */
  readonly values: readonly Entity[];
  /** For each of the values, what made it. */
  readonly writers: readonly RepresentationOf[];
};

/** Those of the entities that the fetch is about and of which all is there that the subgraph has to be told. */
export function batchOf(entities: readonly Entity[], find: FindRepresentation): Batch {
  const targets: Entity[] = [];
  const slots: number[] = [];
  const values: Entity[] = [];
  const writers: RepresentationOf[] = [];
  const known = new Map<RepresentationOf, Map<unknown, number>>();
  let last: RepresentationOf | null = null;
  let ofLast = new Map<unknown, number>();
  for (const entity of entities) {
    const writer = find(entity);
    const key = writer?.keyOf(entity);
    if (writer === null || key === undefined) continue;
    if (writer !== last) {
      last = writer;
      ofLast = known.get(writer) ?? new Map<unknown, number>();
      known.set(writer, ofLast);
    }
    let slot = ofLast.get(key);
    if (slot === undefined) {
      slot = values.length;
      ofLast.set(key, slot);
      values.push(writer.valueOf(entity));
      writers.push(writer);
    }
    targets.push(entity);
    slots.push(slot);
  }
  return { targets, slots, values, writers };
}

/** The values of a batch, each as JSON. */
export function textsOf({ values, writers }: Batch): readonly string[] {
  return values.map((value, position) => writers[position]?.textOf(value) ?? "null");
}
