/** A value of a command's data that a person may change. */
export type EditableValue = {
  /** The way to it: `["lines", "0", "unitPrice", "amount"]`. */
  readonly path: readonly string[];
  readonly label: string;
  /** As it is now; the empty text where there is none. */
  readonly value: string;
  /** Whether it is a number, a truth value or a whole structure, and not a text: it is read as JSON then. */
  readonly isJson: boolean;
};

/** Stands for what is private: whoever does not see it does not change it here. */
const REMOVED = "[removed]";

/**
 * The values that the editable fields name in a payload. A `*` stands for each member of a list; a field that is not there
 * yet is offered empty, so that it can be added.
 * @param fields `customerReference`, `lines.*.unitPrice.amount`
 */
export function editableValues(
  payload: unknown,
  fields: readonly string[],
): readonly EditableValue[] {
  return fields.flatMap((field) => walk(payload, field.split("."), []));
}

function walk(
  value: unknown,
  [step, ...rest]: readonly string[],
  path: readonly string[],
): EditableValue[] {
  if (value === REMOVED) return [];
  if (step === undefined) return [{ path, label: labelOf(path), ...textOf(value) }];
  if (step === "*") {
    if (!Array.isArray(value)) return [];
    return value.flatMap((member, index) => walk(member, rest, [...path, String(index)]));
  }
  const member = isRecord(value) ? value[step] : undefined;
  // What lies within something that is not there has no place to be added to.
  if (member === undefined && rest.length > 0) return [];
  return walk(member, rest, [...path, step]);
}

function textOf(value: unknown): Pick<EditableValue, "value" | "isJson"> {
  if (value === null || value === undefined) return { value: "", isJson: false };
  if (typeof value === "string") return { value, isJson: false };
  return { value: JSON.stringify(value, null, 2), isJson: true };
}

/** `Line 1, unit price, amount` */
function labelOf(path: readonly string[]): string {
  const parts: string[] = [];
  for (const step of path) {
    const last = parts.at(-1);
    if (/^\d+$/.test(step) && last !== undefined) {
      parts[parts.length - 1] = `${last.replace(/s$/, "")} ${String(Number(step) + 1)}`;
    } else parts.push(step.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase());
  }
  const text = parts.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * The JSON merge patch (RFC 7396) of what was changed; lists in it are whole, as the patch has no other way. An empty text
 * takes a value out.
 * @param changed the new text of a value, by its path joined with dots; what is not there, or the same, is not changed
 * @returns `null` when nothing was changed
 * @throws {SyntaxError} a value that is no text does not read as JSON
 */
export function mergePatchOf(
  payload: unknown,
  values: readonly EditableValue[],
  changed: ReadonlyMap<string, string>,
): Record<string, unknown> | null {
  const edits = values.filter(({ path, value }) => {
    const next = changed.get(path.join("."));
    return next !== undefined && next !== value;
  });
  if (edits.length === 0 || !isRecord(payload)) return null;
  const edited = structuredClone(payload);
  for (const { path, isJson } of edits) {
    const text = changed.get(path.join(".")) ?? "";
    put(edited, path, text === "" ? null : isJson ? (JSON.parse(text) as unknown) : text);
  }
  const patch: Record<string, unknown> = {};
  for (const { path } of edits) copy(edited, patch, path);
  return patch;
}

function put(target: unknown, [step, ...rest]: readonly string[], value: unknown): void {
  if (step === undefined || !(isRecord(target) || Array.isArray(target))) return;
  const within = target as Record<string, unknown>;
  if (rest.length === 0) within[step] = value;
  else put(within[step], rest, value);
}

/** Copies one path into the patch; from a list on, the list as it is. */
function copy(
  from: Readonly<Record<string, unknown>>,
  to: Record<string, unknown>,
  [step, ...rest]: readonly string[],
): void {
  if (step === undefined) return;
  const value = from[step];
  if (rest.length === 0 || !isRecord(value)) {
    to[step] = value;
    return;
  }
  const before = to[step];
  const within = isRecord(before) ? before : {};
  to[step] = within;
  copy(value, within, rest);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
