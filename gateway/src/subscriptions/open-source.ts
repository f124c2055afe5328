import type { ExecutionResult } from "graphql";
import { beforeAbort, startDeadline } from "../execution/deadline.ts";
import type { SubgraphRequest, SubgraphTransport } from "../execution/transport.ts";

export type Source = AsyncIterableIterator<ExecutionResult>;

/**
 * Opens a subscription at the subgraph that owns it. A source that comes too late is let go.
 * @param call its request's signal also gives up the opening
 * @returns the source, or the result with which the subgraph refuses
 * @throws whatever keeps the subgraph from answering, or a RequestTimeoutError
 */
export async function openSource(
  subgraph: SubgraphTransport,
  call: SubgraphRequest,
  timeoutMs: number,
): Promise<Source | ExecutionResult> {
  const deadline = startDeadline(call.request.signal, timeoutMs);
  const source = subgraph.subscribe(call);
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
