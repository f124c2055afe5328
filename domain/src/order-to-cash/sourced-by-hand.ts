import type { OrderState } from "../order-state.ts";
import { isOver } from "../order-status.ts";
import type { SourcingAssignment } from "../sourcing/sourcing-plan.ts";
import { isStopped } from "./allocation-failures.ts";
import { withSourcing } from "./allocation.ts";
import type { OrderToCashResult, Stamp } from "./events.ts";
import type { ChangeRefusal } from "./may-change.ts";
import { moved, unchanged } from "./result.ts";
import { withoutServed } from "./shipping.ts";
import { withStep } from "./steps.ts";
import { holdOwner, note as noted, withoutHold } from "./timeline.ts";

/** @returns `null` when a person may say where its goods come from */
export function sourceRefusal(state: OrderState): ChangeRefusal | null {
  const reason = isOver(state)
    ? "The order is over."
    : state.number === null
      ? "The ERP has not accepted the order yet."
      : state.request !== null
        ? `The order is being changed by command ${state.request.commandId}.`
        : null;
  return reason === null ? null : { code: "NOT_AMENDABLE", message: reason };
}

/**
 * A person says where goods come from: what waited is planned and released next, never more than waits. A release of
 * these lines that its warehouse does not send is taken back first, and what of it was not named is looked for anew.
 */
export function onSourcedByHand(
  state: OrderState,
  event: Stamp & {
    readonly assignments: readonly SourcingAssignment[];
    readonly note: string | null;
  },
): OrderToCashResult {
  if (sourceRefusal(state) !== null) return unchanged(state);
  const { assignments } = event;
  const named = new Set(assignments.map(({ lineNumber }) => lineNumber));
  const stopped = state.steps.filter(
    (step) => isStopped(state, step) && step.lines.some(({ lineNumber }) => named.has(lineNumber)),
  );
  const freed = stopped.reduce((next, step) => {
    const holds = withoutHold(next.holds, holdOwner(step.kind, step.release));
    return withStep({ ...next, holds }, step, { status: "UNDONE" });
  }, state);
  const commands = stopped.flatMap(({ release, status }) =>
    status === "ASKED" && release !== null
      ? [
          {
            kind: "withdraw" as const,
            step: `withdraw-${String(release)}`,
            withdrawn: "releaseOrder" as const,
            release,
          },
        ]
      : [],
  );
  const { sourcing } = freed;
  // Before what was planned by a rule: a person's word holds where both want the same pieces.
  const planned = [...assignments, ...sourcing.planned];
  const looks = sourcing.looks + 1;
  const sourced = withSourcing({ ...freed, sourcing: { ...sourcing, planned, looks } });
  const told = noted(sourced, event, "SOURCED_BY_HAND", event.note);
  return moved(state, { ...told, holds: withoutServed(told) }, { commands });
}
