import type { FormattedExecutionResult } from "graphql";
import { isMasked } from "../errors/present-result.ts";
import type { OperationOutcome } from "../metrics.ts";

/** @param result as the client gets it */
export function outcomeOf({ data, errors }: FormattedExecutionResult): OperationOutcome {
  if (errors === undefined || errors.length === 0) return "ok";
  if (data !== undefined && data !== null) return "partial";
  return errors.some(isMasked) ? "failed" : "refused";
}
