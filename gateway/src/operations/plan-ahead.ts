import { setImmediate } from "node:timers/promises";
import type { Logger } from "@crossdock/runtime";
import type { Federation } from "../execution/federation.ts";
import type { PersistedOperations } from "./persisted-operations.ts";

/** Plans that are made ahead for one supergraph: of what is more, each is made when it is first asked for. */
const MAX_AHEAD = 1_000;

export type PlanningAhead = {
  /** Plans all that is promoted now, for what is served now. Resolves when that is done. */
  readonly planAll: () => Promise<void>;
  readonly stop: () => void;
};

/**
 * Plans the operations of promoted manifests before anybody asks for them: when the gateway starts, when one is
 * promoted, and when another supergraph is served. One at a time, and others have their turn between two.
 */
export function createPlanningAhead(
  federation: Pick<Federation, "snapshot">,
  persisted: PersistedOperations,
  logger: Logger,
): PlanningAhead {
  let isStopped = false;
  let last: Promise<void> = Promise.resolve();

  async function plan(clientIds: readonly string[]): Promise<void> {
    const snapshot = federation.snapshot();
    const bodies = new Set(
      clientIds.flatMap((clientId) =>
        persisted
          .promotedOf(clientId)
          .filter(({ type }) => type !== "subscription")
          .map(({ body }) => body),
      ),
    );
    for (const body of [...bodies].slice(0, MAX_AHEAD)) {
      if (isStopped || federation.snapshot() !== snapshot) return;
      try {
        await snapshot.planAhead(body);
      } catch (error) {
        // It is answered with the reason, whoever asks for it.
        logger.info({ err: error }, "an operation of a manifest cannot be planned any more");
      }
      await setImmediate();
    }
  }

  const inTurn = (clientIds: () => readonly string[]): Promise<void> => {
    last = last.then(() => plan(clientIds()));
    return last;
  };
  const ignoreChanges = persisted.onChange((clientId) => void inTurn(() => [clientId]));
  return {
    planAll: () => inTurn(() => persisted.clients()),
    stop: () => {
      isStopped = true;
      ignoreChanges();
    },
  };
}
