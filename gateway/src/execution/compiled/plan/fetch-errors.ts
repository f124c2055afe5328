import { errorCodeDef, ERRORS } from "@apollo/federation-internals";
import type { ResponsePath } from "@apollo/query-planner";
import { GraphQLError } from "graphql";
import type { Entity } from "./entity.ts";
import { EACH } from "./entity-places.ts";

type Path = readonly (string | number)[];

/**
 * A subgraph's error as the answer tells it: named after the subgraph, with a code, and with the path in the whole answer.
 * @param path in the whole answer
 */
export function subgraphError(
  error: GraphQLError,
  subgraph: string,
  path: Path | undefined,
): GraphQLError {
  const { extensions } = error;
  const message = error.message || `Error while fetching subquery from service "${subgraph}"`;
  const options = {
    originalError: error,
    ...(path === undefined ? {} : { path }),
    extensions: { ...extensions, serviceName: subgraph },
  };
  const federationCode = errorCodeDef(error);
  if (federationCode === undefined && extensions?.["code"]) {
    return new GraphQLError(message, options);
  }
  return (federationCode ?? ERRORS.DOWNSTREAM_SERVICE_ERROR).err(message, options);
}

/** The errors of a fetch without representations. */
export function tellErrors(
  errors: readonly GraphQLError[],
  subgraph: string,
  at: ResponsePath,
): GraphQLError[] {
  return errors.map((error) =>
    subgraphError(error, subgraph, error.path === undefined ? undefined : [...at, ...error.path]),
  );
}

export type EntityErrors = {
  readonly errors: readonly GraphQLError[];
  readonly subgraph: string;
  readonly at: ResponsePath;
  /** The whole answer, as it is before the fetch is merged into it. */
  readonly data: Readonly<Entity>;
  /** For each entity that was told to the subgraph, the position of its representation. */
  readonly slots: readonly number[];
};

/**
 * Places at which the errors of one fetch are told. What goes beyond is told once each, so that a subgraph with an error for
 * everything cannot make millions of them.
 */
export const MAX_TOLD_PLACES = 10_000;

/** An error and where it stands among the entities: before all of them where it is about none. */
type Telling = { readonly place: number; readonly error: GraphQLError };
const ABOUT_NONE = -1;

/**
 * The errors of a fetch of entities. One about a representation is told at each place that used it, as if each had been
 * asked for by itself: then in the order of the places, otherwise in the subgraph's own. The place is that of the stock
 * executor, which counts the objects at the path and not those that were asked for: the two differ where some were left out.
 */
export function tellEntityErrors(told: EntityErrors): GraphQLError[] {
  const { errors, subgraph, at, data, slots } = told;
  const paths: Path[] = [];
  addPlaces(paths, data, at, 0, []);
  const placesOf = placesBySlot(slots);
  let placesLeft = MAX_TOLD_PLACES;
  const tellings = errors.flatMap((error): Telling[] => {
    const slot = error.path?.[1];
    if (typeof slot !== "number") {
      return tellErrors([error], subgraph, at).map((one) => ({ place: ABOUT_NONE, error: one }));
    }
    const rest = error.path?.slice(2) ?? [];
    const places = placesOf.get(slot);
    if (places === undefined) {
      return [{ place: ABOUT_NONE, error: subgraphError(error, subgraph, rest) }];
    }
    const toldPlaces = places.slice(0, Math.max(placesLeft, 1));
    placesLeft -= toldPlaces.length;
    return toldPlaces.map((place) => ({
      place,
      error: subgraphError(error, subgraph, [...(paths[place] ?? []), ...rest]),
    }));
  });
  const isRepeated = placesOf.size < slots.length;
  if (isRepeated) tellings.sort((left, right) => left.place - right.place);
  return tellings.map(({ error }) => error);
}

function placesBySlot(slots: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  slots.forEach((slot, place) => {
    const known = places.get(slot);
    if (known === undefined) places.set(slot, [place]);
    else known.push(place);
  });
  return places;
}

/** Adds the path of every object at the steps, in the order of the answer. */
function addPlaces(
  places: Path[],
  value: unknown,
  steps: ResponsePath,
  at: number,
  path: Path,
): void {
  if (value === null || value === undefined) return;
  const step = steps[at];
  if (step === undefined) {
    places.push(path);
  } else if (Array.isArray(value)) {
    const next = step === EACH ? at + 1 : at;
    value.forEach((entry, index) => {
      addPlaces(places, entry, steps, next, [...path, index]);
    });
  } else if (Object.hasOwn(value, step)) {
    addPlaces(places, (value as Entity)[step], steps, at + 1, [...path, step]);
  }
}
