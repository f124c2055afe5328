import { currentSpan, inTrace, type WorkSpan } from "@crossdock/runtime";
import type { FormattedExecutionResult, OperationDefinitionNode } from "graphql";
import { isMasked } from "../errors/present-result.ts";
import { MASKED_CODE } from "../errors/public-error.ts";
import type { OperationOutcome } from "../metrics.ts";
import type { GatewayRequest } from "../request.ts";

/** Tells who asked under which trace the answer was made, as the W3C's draft for answers has it. */
export const TRACE_HEADER = "traceresponse";

/** Runs an operation as a span: the first of its trace, or the next of its client's. */
export function tracedOperation<T>(
  request: GatewayRequest,
  run: (span: WorkSpan) => Promise<T>,
): Promise<T> {
  const { correlationId, traceparent, viewer } = request;
  return inTrace(
    { correlationId, traceparent },
    () => ({
      name: "graphql",
      kind: "server",
      attributes: { "client.id": viewer?.clientId, "correlation.id": correlationId },
    }),
    run,
  );
}

/** Says in the span of an operation which one it is, never what it was asked with. */
export function nameSpan({ operation, name }: OperationDefinitionNode, queryHash: string): void {
  const span = currentSpan();
  if (span === null) return;
  span.rename(`graphql ${operation}`);
  span.note({
    "graphql.operation.type": operation,
    "graphql.operation.name": name?.value,
    "graphql.document.hash": queryHash,
  });
}

/** Says in the span of an operation what came of it. @param result as the client gets it */
export function noteSpanOutcome(result: FormattedExecutionResult, outcome: OperationOutcome): void {
  const span = currentSpan();
  if (span === null) return;
  span.note({ "graphql.outcome": outcome });
  if (result.errors?.some(isMasked) === true) span.failed(MASKED_CODE);
}
