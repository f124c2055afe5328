import { EACH } from "./entity-places.ts";
import type { PlannedFetch, Selected } from "./planned-fetch.ts";

/**
 * The fetches whose answers may not be shared. Entities with the same representation are asked for once, and may
 * have the same objects below them, unless another fetch, of the entities or of what they are part of, writes into those
 * objects: it may know the entities by other fields, and tell them apart.
 */
export function unsharedFetches(fetches: readonly PlannedFetch[]): ReadonlySet<PlannedFetch> {
  const all = fetches.map((fetch) => {
    const at = fetch.at.filter((step) => step !== EACH).join(".");
    return { fetch, at, objects: new Set(objectsOf(fetch.selected, at)) };
  });
  const unshared = all.filter((own) =>
    all.some(
      (other) =>
        other !== own &&
        !other.at.startsWith(`${own.at}.`) &&
        [...other.objects].some((path) => own.objects.has(path)),
    ),
  );
  return new Set(unshared.map(({ fetch }) => fetch));
}

/** The paths of the objects below. */
function objectsOf(selected: Selected, at: string): readonly string[] {
  return [...selected].flatMap(([name, inner]) => {
    const path = at === "" ? name : `${at}.${name}`;
    return inner === null ? [] : [path, ...objectsOf(inner, path)];
  });
}
