import type { ExecutionResult } from "graphql";
import { beforeAbort, startDeadline } from "../execution/deadline.ts";
import type { SubgraphTransport } from "../execution/transport.ts";
import type { GatewayRequest } from "../request.ts";
import type { PreparedSubscription } from "./prepare.ts";

export type Source = AsyncIterableIterator<ExecutionResult>;

export type OpenSourceOptions = {
  readonly subgraph: SubgraphTransport;
  readonly prepared: PreparedSubscription;
  /** As the subgraph gets it: its signal lives as long as the subscription. */
  readonly request: GatewayRequest;
  /** Gives up while the source is still being opened. */
  readonly giveUp: AbortSignal;
  readonly timeoutMs: number;
};

/**
 * Opens the primary of a subscription at the subgraph that owns it. A source that comes too late is
 * let go.
 * @returns the source, or the result with which the subgraph refuses
 * @throws whatever keeps the subgraph from answering, or a RequestTimeoutError
 */
export async function openSource(options: OpenSourceOptions): Promise<Source | ExecutionResult> {
  const { subgraph, prepared, request, giveUp, timeoutMs } = options;
  const { primary } = prepared.plan;
  const deadline = startDeadline(giveUp, timeoutMs);
  const source = subgraph.subscribe({
    query: primary.operation,
    ...(primary.operationName === undefined ? {} : { operationName: primary.operationName }),
    variables: pick(prepared.variables, primary.variableUsages ?? []),
    request,
  });
  try {
    return await beforeAbort(source, deadline.signal);
  } catch (error) {
    void source.then(letGo).catch(() => undefined);
    throw error;
  } finally {
    deadline.clear();
  }
}

export function isSource(opened: Source | ExecutionResult): opened is Source {
  return Symbol.asyncIterator in opened;
}

async function letGo(opened: Source | ExecutionResult): Promise<void> {
  if (isSource(opened)) await opened.return?.();
}

function pick(
  variables: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
  );
}
