import type { Viewer } from "@crossdock/domain";
import type { Admit } from "../operations/admit-operation.ts";
import type { OperationOutcome } from "../metrics.ts";

/** What came of an operation: answered; answered with an error; not let in. */
export type OperationFate = "answered" | "failed" | "refused";

/** Where it is counted what each application asks for. Nobody waits for it, and it never throws. */
export interface ClientTally {
  /** @param points what the operation cost; none for one that was not let in */
  note(clientId: string, fate: OperationFate, points: number): void;
}

export const NO_TALLY: ClientTally = { note: () => undefined };

/** @param points `null` of an operation that was not let in */
export function noteFate(
  tally: ClientTally,
  viewer: Viewer | null,
  outcome: OperationOutcome,
  points: number | null,
): void {
  if (viewer === null) return;
  if (points === null) tally.note(viewer.clientId, "refused", 0);
  else tally.note(viewer.clientId, outcome === "ok" ? "answered" : "failed", points);
}

/** What is not admitted never reaches the pipeline that counts. */
export function withTalliedRefusals(admit: Admit, tally: ClientTally): Admit {
  return (payload, viewer) => {
    try {
      return admit(payload, viewer);
    } catch (error) {
      noteFate(tally, viewer, "refused", null);
      throw error;
    }
  };
}
