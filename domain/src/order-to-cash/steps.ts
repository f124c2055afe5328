import type { FulfilmentStep, OrderState } from "../order-state.ts";

/** The step that a cancellation undoes next; `null` when nothing is left of any. */
export function lastStep({ steps }: OrderState): FulfilmentStep | null {
  return steps.findLast(({ status }) => status !== "UNDONE" && status !== "REFUSED") ?? null;
}

/** Names the next release: a number is never used twice, for the warehouse knows it. */
export function nextRelease({ steps }: OrderState): number {
  return steps.reduce((last, { release }) => Math.max(last, release ?? 0), 0) + 1;
}

export function withStep(
  state: OrderState,
  step: FulfilmentStep,
  change: Partial<Pick<FulfilmentStep, "status" | "commandId" | "takenAt">>,
): OrderState {
  const steps = state.steps.map((other) => (other === step ? { ...step, ...change } : other));
  return { ...state, steps };
}

/** The newest step of the kind, whatever became of it. */
export function newestStep(
  { steps }: OrderState,
  kind: FulfilmentStep["kind"],
): FulfilmentStep | null {
  return steps.findLast((step) => step.kind === kind) ?? null;
}

/** The step of the kind that an event speaks of: that of its release, else the newest that is as asked for. */
export function stepOf(
  { steps }: OrderState,
  kind: FulfilmentStep["kind"],
  release: number | null | undefined,
  status: FulfilmentStep["status"],
): FulfilmentStep | null {
  return (
    steps.findLast(
      (step) =>
        step.kind === kind &&
        step.status === status &&
        (release == null || step.release === null || step.release === release),
    ) ?? null
  );
}
