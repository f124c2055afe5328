import { InvalidValueError } from "@crossdock/domain";
import type { OperationPayload } from "../operations/operation-payload.ts";

/**
 * Refuses JSON that is nested deeper than anything that the schema asks for: whoever reads it below us calls itself
 * for each level, and has only so much room for that.
 * @throws {InvalidValueError} naming the part of the request
 */
export function refuseDeepInput(payload: OperationPayload, maxLevels: number): void {
  for (const part of ["variables", "extensions"] as const) {
    if (isDeeper(payload[part], maxLevels)) {
      const expected = `at most ${String(maxLevels)} levels of lists and objects`;
      throw new InvalidValueError(part, "too deep", expected);
    }
  }
}

/** It keeps a list of what is to be looked at: calling itself it would have the same trouble. */
function isDeeper(value: unknown, maxLevels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= maxLevels; depth += 1) {
    const below: unknown[] = [];
    for (const one of level) {
      if (typeof one === "object" && one !== null) {
        for (const inner of Object.values(one)) below.push(inner);
      }
    }
    if (below.length === 0) return false;
    level = below;
  }
  return true;
}
