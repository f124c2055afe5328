import { z } from "zod";
import type { CommandDefinition } from "./definition.ts";

/** Why a person may not change a command's data as asked. */
export type EditProblem = {
  /** In the data: `lines.0.unitPrice.amount`; empty for all of it. */
  readonly path: string;
  readonly reason: string;
};

export type EditedData =
  | {
      readonly kind: "edited";
      /** JSON, as it is stored. */
      readonly data: unknown;
      /** What is other than it was, in the order of the data. */
      readonly paths: readonly string[];
    }
  /** One problem or more; at most `MAX_PROBLEMS`. */
  | { readonly kind: "invalid"; readonly problems: readonly EditProblem[] };

const MAX_PROBLEMS = 20;

/**
 * Merges what a person changes into a command's data. Only what the definition names may change, and what comes of it
 * has to be data of the definition.
 * @param changes a JSON merge patch (RFC 7396); a list is replaced whole
 */
export function editData(
  definition: Pick<CommandDefinition, "parse" | "editable">,
  data: unknown,
  changes: unknown,
): EditedData {
  if (!isObject(changes)) return invalid([{ path: "", reason: "The changes are not an object." }]);
  const merged = mergePatch(data, changes);
  const paths = differences(data, merged);
  const { editable } = definition;
  const forbidden = paths.filter((path) => !editable.some((pattern) => isWithin(path, pattern)));
  if (forbidden.length > 0) {
    const which = editable.length === 0 ? "nothing" : editable.join(", ");
    const reason = `It cannot be changed; what can be is ${which}.`;
    return invalid(forbidden.map((path) => ({ path, reason })));
  }
  if (paths.length === 0) return invalid([{ path: "", reason: "Nothing changes." }]);
  try {
    const parsed: unknown = definition.parse(merged);
    const unknown = paths.filter((path) => valueAt(parsed, path) === undefined);
    if (unknown.length === 0) return { kind: "edited", data: parsed, paths };
    return invalid(unknown.map((path) => ({ path, reason: "There is no such field." })));
  } catch (error) {
    return invalid(problemsOf(error, paths));
  }
}

function invalid(problems: readonly EditProblem[]): EditedData {
  return { kind: "invalid", problems: problems.slice(0, MAX_PROBLEMS) };
}

/** A value that does not parse throws either the schema's error or that of the value's own parser. */
function problemsOf(error: unknown, paths: readonly string[]): readonly EditProblem[] {
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, message }) => ({ path: path.join("."), reason: message }));
  }
  if (error instanceof Error) return [{ path: paths.join(", "), reason: error.message }];
  throw error;
}

/** @param pattern a path, in which `*` stands for any one name; it means all that is below it, too */
function isWithin(path: string, pattern: string): boolean {
  const names = path.split(".");
  return pattern.split(".").every((name, at) => name === "*" || name === names[at]);
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** RFC 7396, but that `null` is kept where it stands: our data says `null` for what is not there, and leaves nothing out. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (at, name) => (typeof at === "object" && at !== null ? (at as Json)[name] : undefined),
      value,
    );
}

/** The deepest places at which two values differ; a list of another length differs as a whole. */
function differences(before: unknown, after: unknown, path = ""): string[] {
  const below = (name: string) => (path === "" ? name : `${path}.${name}`);
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => differences(before[name], after[name], below(name)));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((one: unknown, at) => differences(one, after[at], below(String(at))));
  }
  return before === after ? [] : [path];
}
