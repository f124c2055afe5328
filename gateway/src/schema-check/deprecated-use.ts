import { parse } from "graphql";
import { coordinatesVariablesMayHold, shapeOf, type Coordinate } from "../usage/coordinates.ts";
import { deprecationsOf, type Deprecation } from "../usage/deprecations.ts";
import type { KnownUse } from "./known-use.ts";
import { readPublicSchema } from "./public-schema.ts";

/** A part of the schema that is going away, and who has to be told. */
export type DeprecatedUse = Deprecation & {
  readonly usedBy: readonly DeprecatedUser[];
};

type DeprecatedUser = {
  readonly clientId: string;
  readonly operationName: string | null;
  /** Runs that used it; 0 for an operation of a promoted manifest that was not run. */
  readonly count: number;
  readonly lastUsedOn: string | null;
};

/**
 * Everything deprecated of a supergraph, what ends first before the rest, with who still uses it.
 * @throws {Error} it is no supergraph
 */
export function deprecatedUse(supergraphSdl: string, use: KnownUse): readonly DeprecatedUse[] {
  const { api } = readPublicSchema(supergraphSdl);
  const promoted = use.promoted.flatMap(({ clientId, name, body }) => {
    const coordinates = coordinatesAskedFor(api, body);
    return [{ clientId, operationName: name, coordinates }];
  });
  return [...deprecationsOf(api).values()]
    .sort((a, b) => ((a.until ?? "") < (b.until ?? "") ? -1 : 1))
    .map((deprecation) => {
      const { coordinate } = deprecation;
      const runs = use.recorded.flatMap(
        ({ clientId, operationName, count, lastUsedOn, coordinates, inVariables }) => {
          const given = inVariables.find(([each]) => each === coordinate)?.[1] ?? 0;
          const times = coordinates.includes(coordinate) ? count : given;
          return times === 0 ? [] : [{ clientId, operationName, count: times, lastUsedOn }];
        },
      );
      const waiting = promoted
        .filter(({ coordinates }) => coordinates.has(coordinate))
        .filter(
          ({ clientId, operationName }) =>
            !runs.some((run) => run.clientId === clientId && run.operationName === operationName),
        )
        .map(({ clientId, operationName }) => ({
          clientId,
          operationName,
          count: 0,
          lastUsedOn: null,
        }));
      return { ...deprecation, usedBy: [...runs, ...waiting] };
    });
}

/** By its text, and by what its variables may hold; nothing when it does not read. */
function coordinatesAskedFor(
  api: Parameters<typeof shapeOf>[0],
  body: string,
): ReadonlySet<Coordinate> {
  try {
    const document = parse(body);
    return new Set(
      document.definitions.flatMap((definition) => {
        if (definition.kind !== "OperationDefinition") return [];
        const shape = shapeOf(api, document, definition.name?.value);
        return [...(shape?.coordinates ?? []), ...coordinatesVariablesMayHold(api, definition)];
      }),
    );
  } catch {
    return new Set();
  }
}

/** For people: one paragraph each. @param today calendar day in UTC */
export function explainDeprecations(
  deprecations: readonly DeprecatedUse[],
  days: number | null,
  today: string,
): string {
  if (deprecations.length === 0) return "Nothing is deprecated.";
  return deprecations
    .map(({ coordinate, reason, since, until, usedBy }) => {
      const over = until !== null && until < today ? " (over)" : "";
      const dates = [
        ...(since === null ? [] : [`since ${since}`]),
        until === null ? "without an end" : `until ${until}${over}`,
      ].join(", ");
      const users = usedBy.map(({ clientId, operationName, count, lastUsedOn }) => {
        const client = clientId === "" ? "callers without a token" : clientId;
        const runs =
          lastUsedOn === null
            ? "promoted, not run"
            : `${String(count)} times, last on ${lastUsedOn}`;
        return `  ${client}: ${operationName ?? "an operation without a name"}, ${runs}`;
      });
      const nobody = `  nobody has used it in the last ${String(days ?? 0)} days`;
      return [
        `${coordinate}: ${dates}`,
        `  ${reason}`,
        ...(users.length === 0 ? [nobody] : users),
      ].join("\n");
    })
    .join("\n");
}
