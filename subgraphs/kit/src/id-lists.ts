import { InvalidValueError } from "@crossdock/domain";

/** Ids that one filter may name. */
export const MAX_FILTER_IDS = 100;

/**
 * Ids of a filter: unlike in a look-up, one that can be none is the caller's mistake.
 * @returns `null` when the filter is not given: everything matches
 * @throws {InvalidValueError} on an id that can be none, with its place in the list, or more than `MAX_FILTER_IDS`
 */
export function parseIds<Id>(
  field: string,
  raw: readonly string[] | null | undefined,
  parse: (raw: string) => Id,
): readonly Id[] | null {
  if (raw === null || raw === undefined) return null;
  if (raw.length > MAX_FILTER_IDS) {
    throw new InvalidValueError(field, raw.length, `at most ${String(MAX_FILTER_IDS)} ids`);
  }
  return [...new Set(raw.map((id, at) => parseAt(`${field}[${String(at)}]`, id, parse)))];
}

function parseAt<Id>(place: string, raw: string, parse: (raw: string) => Id): Id {
  try {
    return parse(raw);
  } catch (error) {
    if (error instanceof InvalidValueError) throw new InvalidValueError(place, raw, "an id");
    throw error;
  }
}
