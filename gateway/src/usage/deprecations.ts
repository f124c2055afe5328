import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import type { GraphQLSchema } from "graphql";
import type { Coordinate } from "./coordinates.ts";

/** A part of the schema that is going away. */
export type Deprecation = {
  readonly coordinate: Coordinate;
  /** What to use instead, for people. */
  readonly reason: string;
  /** Calendar day in UTC from which it is deprecated; `null`: the reason does not say. */
  readonly since: string | null;
  /** The last calendar day on which it is served; `null`: the reason does not say. */
  readonly until: string | null;
};

/** Everything that is deprecated, by its coordinate. Kept as long as the schema is. */
export function deprecationsOf(schema: GraphQLSchema): ReadonlyMap<Coordinate, Deprecation> {
  const known = kept.get(schema);
  if (known !== undefined) return known;
  const found = new Map(findDeprecations(schema).map((each) => [each.coordinate, each]));
  kept.set(schema, found);
  return found;
}

const kept = new WeakMap<GraphQLSchema, ReadonlyMap<Coordinate, Deprecation>>();

/** Reads the dates out of a reason such as "Use grandTotal; since 2026-11-22 until 2027-03-31." */
export function readDeprecation(coordinate: Coordinate, reason: string): Deprecation {
  return { coordinate, reason, since: dayAfter("since", reason), until: dayAfter("until", reason) };
}

/** @returns `null` when there is no such word, or no day of the calendar behind it */
function dayAfter(word: string, reason: string): string | null {
  const [, day] = new RegExp(`\\b${word} (\\d{4}-\\d{2}-\\d{2})\\b`, "i").exec(reason) ?? [];
  if (day === undefined) return null;
  const read = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day) ? day : null;
}

function findDeprecations(schema: GraphQLSchema): Deprecation[] {
  const found: Deprecation[] = [];
  const look = (coordinate: Coordinate, reason: string | null | undefined) => {
    if (reason !== null && reason !== undefined) found.push(readDeprecation(coordinate, reason));
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (isEnumType(type)) {
      for (const value of type.getValues()) {
        look(`${type.name}.${value.name}`, value.deprecationReason);
      }
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field.deprecationReason);
      }
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        const place = `${type.name}.${field.name}`;
        look(place, field.deprecationReason);
        for (const { name, deprecationReason } of field.args) {
          look(`${place}(${name}:)`, deprecationReason);
        }
      }
    }
  }
  return found;
}

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/**
 * What an answer's headers say of the deprecated parts that it used: `Deprecation` (RFC 9745), when the first of them
 * was deprecated, and `Sunset` (RFC 8594), when the first of them ends. A reason without a first day counts from today.
 * @param now an instant in milliseconds
 * @returns no header when nothing that was used is deprecated
 */
export function deprecationHeaders(
  used: readonly Deprecation[],
  now: number,
): Readonly<Record<string, string>> {
  if (used.length === 0) return {};
  const today = new Date(now).toISOString().slice(0, "2026-11-22".length);
  const [first] = used.map(({ since }) => since ?? today).sort();
  const [ends] = used.flatMap(({ until }) => (until === null ? [] : [until])).sort();
  return {
    deprecation: `@${String(Date.parse(`${first ?? today}T00:00:00Z`) / SECOND_MS)}`,
    ...(ends === undefined
      ? {}
      : { sunset: new Date(Date.parse(`${ends}T00:00:00Z`) + DAY_MS).toUTCString() }),
  };
}
