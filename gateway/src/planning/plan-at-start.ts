import type { Logger } from "@crossdock/runtime";
import type { FederationParts } from "./federation-parts.ts";
import { planHere } from "./plan-operation.ts";
import type { PlanOperation } from "./plan-operation.ts";
import type { NamedSupergraph } from "./planning-messages.ts";
import type { PlanningThread } from "./planning-thread.ts";

/**
 * For the supergraph that a process starts with: plans are made here until a thread has it, which is asked for with the first
 * of them. Starting a thread takes seconds, in which the first clients would wait.
 * @param parts let go of when the thread takes over
 */
export function planAtStart(
  supergraph: NamedSupergraph,
  parts: FederationParts,
  thread: PlanningThread,
  logger: Logger,
): PlanOperation {
  let here: FederationParts | null = parts;
  let isAsked = false;

  function askForThread(): void {
    if (isAsked) return;
    isAsked = true;
    thread.load(supergraph).then(
      () => (here = null),
      (error: unknown) => {
        logger.warn({ err: error }, "no planning thread: plans are made between requests");
      },
    );
  }

  return async (operation) => {
    if (here === null) return thread.plan(supergraph, operation);
    askForThread();
    return planHere(here, operation);
  };
}
