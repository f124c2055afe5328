import { InvalidValueError } from "@crossdock/domain";

/** Ids that one filter may name. */
export const MAX_FILTER_IDS = 100;

/**
 * Ids of a filter: unlike in a look-up, one that can be none is the caller's mistake.
 * @returns `null` when the filter is not given: everything matches
 * @throws {InvalidValueError} on an id that can be none, or more than `MAX_FILTER_IDS`
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
  return [...new Set(raw.map((id) => parse(id)))];
}
