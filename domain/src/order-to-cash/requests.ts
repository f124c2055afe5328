import { assertNever } from "../brand.ts";
import type { OrderDraft } from "../order.ts";
import type { FulfilmentStep, OrderRequest, OrderState } from "../order-state.ts";
import { isOut } from "../order-shipment.ts";
import type {
  OrderAmendment,
  OrderStep,
  OrderToCashCommand,
  OrderToCashResult,
  ShipmentSnapshot,
  Stamp,
} from "./events.ts";
import { amendRefusal, cancelRefusal } from "./may-change.ts";
import { withProgress } from "./progress.ts";
import { joined, moved, unchanged } from "./result.ts";
import { onShipments } from "./shipping.ts";
import { lastStep, newestStep, nextRelease, withStep } from "./steps.ts";
import { note, withoutHold } from "./timeline.ts";

/**
 * Takes the request on, or ends it at once where the order is past it by now. A step that is on its way
 * and has reached nobody need not be waited for.
 */
export function onRequested(
  state: OrderState,
  request: OrderRequest,
  event: Stamp,
): OrderToCashResult {
  const { commandId } = request;
  const refusal = request.kind === "cancel" ? cancelRefusal(state) : amendRefusal(state);
  if (refusal !== null) {
    return { ...unchanged(state), ended: [{ kind: "refused", commandId, ...refusal }] };
  }
  const noted =
    request.kind === "cancel"
      ? note(state, event, "CANCEL_REQUESTED", request.reason)
      : note(state, event, "AMEND_REQUESTED", null);
  const requested = { ...noted, request };
  return joined(moved(state, requested), withdrawWaitedFor(requested));
}

/**
 * A request waits for a step that is on its way: if that has reached nobody, it is taken back and not waited
 * for. Looked at again whenever an attempt at it has failed.
 */
export function withdrawWaitedFor(state: OrderState): OrderToCashResult {
  const { request } = state;
  const last = lastStep(state);
  if (request === null || last?.status !== "ASKED") return unchanged(state);
  if (request.kind === "amend" && !mustRelease(last, request)) return unchanged(state);
  const step = stepName(request, "withdraw");
  return {
    ...unchanged(state),
    commands: [{ kind: "withdraw", step, withdrawn: last.kind }],
  };
}

/**
 * The next thing to do: for the request that is under way, its next step; for an order that nobody
 * changes and the warehouse has not, the release. Called after every event; what is under way is not
 * asked for again.
 */
export function goOn(state: OrderState, event: Stamp): OrderToCashResult {
  const { request } = state;
  switch (request?.kind) {
    case undefined:
      return release(state);
    case "cancel":
      return goOnCancelling(state, request, event);
    case "amend":
      return goOnAmending(state, request);
    default:
      return assertNever(request);
  }
}

/** From the last step to the first: the warehouse is told before the ERP. */
function goOnCancelling(
  state: OrderState,
  request: CancelRequest,
  event: Stamp,
): OrderToCashResult {
  const last = lastStep(state);
  if (last?.status === "DONE") return undo(state, request);
  // What is on its way ends first: only then is known what there is to undo.
  if (last !== null) return unchanged(state);
  const { commandId, reason } = request;
  const noted = note(state, event, "CANCELLED", reason);
  const cancelled = { ...noted, status: "CANCELLED", request: null, holds: [] } as const;
  return moved(state, cancelled, { changes: ["CANCELLED"], ended: [{ kind: "done", commandId }] });
}

/** A release of the old lines or address is taken back before the ERP is asked to rewrite the order. */
function goOnAmending(state: OrderState, request: AmendRequest): OrderToCashResult {
  const last = lastStep(state);
  if (last !== null && mustRelease(last, request)) {
    return last.status === "DONE" ? undo(state, request) : unchanged(state);
  }
  if (newestStep(state, "createOrder")?.status !== "DONE" || request.isRewriting) {
    return unchanged(state);
  }
  const draft = amendedDraft(state.draft, request.amendment);
  const command = { kind: "rewriteOrder", step: stepName(request, "rewrite"), draft } as const;
  const rewriting = { ...state, request: { ...request, isRewriting: true } };
  return moved(state, rewriting, { commands: [command] });
}

type CancelRequest = Extract<OrderRequest, { kind: "cancel" }>;
type AmendRequest = Extract<OrderRequest, { kind: "amend" }>;

/** Whether the step is a release that has to be made anew. */
function mustRelease({ kind }: FulfilmentStep, { amendment }: AmendRequest): boolean {
  return kind === "releaseOrder" && concernsWarehouse(amendment);
}

/** The warehouse is not told when the buyer wants it. */
function concernsWarehouse({ shipTo, lines }: OrderAmendment): boolean {
  return shipTo !== undefined || lines !== undefined;
}

/** Asks for the command that takes back the last step that is done. */
function undo(state: OrderState, request: OrderRequest): OrderToCashResult {
  const last = lastStep(state);
  if (last === null) return unchanged(state);
  const command: OrderToCashCommand =
    last.release === null
      ? { kind: "removeOrder", step: stepName(request, "remove") }
      : {
          kind: "cancelRelease",
          step: stepName(request, `cancel-release-${String(last.release)}`),
          release: last.release,
        };
  return moved(state, withStep(state, last, { status: "UNDOING" }), { commands: [command] });
}

/** An order may be cancelled in vain and cancelled again: each request has steps of its own. */
function stepName({ commandId }: OrderRequest, step: string): string {
  return `${step}:${commandId}`;
}

/** Asks the warehouse for an order that the ERP has and no live release is of. */
function release(state: OrderState): OrderToCashResult {
  const isOpen =
    state.number !== null && state.status !== "CANCELLED" && state.status !== "REJECTED";
  const newest = newestStep(state, "releaseOrder");
  if (!isOpen || (newest !== null && newest.status !== "UNDONE")) return unchanged(state);
  if (state.shipments.some(isOut)) return unchanged(state);
  const number = nextRelease(state);
  const step = { kind: "releaseOrder", release: number, status: "ASKED", commandId: null } as const;
  return moved(
    state,
    { ...state, steps: [...state.steps, step] },
    {
      commands: [{ kind: "releaseOrder", step: `release-${String(number)}`, release: number }],
    },
  );
}

/** The warehouse sends nothing more: what released it is undone. */
export function onReleaseCancelled(
  state: OrderState,
  shipments: readonly ShipmentSnapshot[],
  event: Stamp,
): OrderToCashResult {
  const step = lastStep(state);
  if (step?.kind !== "releaseOrder" || step.status !== "UNDOING") return unchanged(state);
  const undone = withStep({ ...state, holds: withoutHold(state.holds, "cancelRelease") }, step, {
    status: "UNDONE",
  });
  const told = onShipments(undone, shipments, event);
  return joined(moved(state, undone, { compensated: idsOf(step.commandId) }), told);
}

/** The ERP has nothing of it any more. */
export function onRemoved(state: OrderState): OrderToCashResult {
  const step = lastStep(state);
  if (step?.kind !== "createOrder" || step.status !== "UNDOING") return unchanged(state);
  const holds = withoutHold(state.holds, "removeOrder");
  const undone = withStep({ ...state, holds }, step, { status: "UNDONE" });
  return moved(state, undone, { compensated: idsOf(step.commandId) });
}

/** The ERP has it as the amendment says; from now on so has the draft. */
export function onRewritten(state: OrderState, event: Stamp): OrderToCashResult {
  const { request } = state;
  if (request?.kind !== "amend" || !request.isRewriting) return unchanged(state);
  const { amendment, commandId } = request;
  const noted = note(state, event, "AMENDED", null);
  const amended = withProgress({
    ...noted,
    draft: amendedDraft(state.draft, amendment),
    request: null,
    holds: withoutHold(state.holds, "rewriteOrder"),
    // What the warehouse refused to send may be another thing now.
    steps: state.steps.map((step) =>
      step.status === "REFUSED" && concernsWarehouse(amendment)
        ? { ...step, status: "UNDONE" as const }
        : step,
    ),
  });
  return moved(state, amended, { changes: ["AMENDED"], ended: [{ kind: "done", commandId }] });
}

/** The order as the buyer wants it now. */
export function amendedDraft(draft: OrderDraft, amendment: OrderAmendment): OrderDraft {
  return { ...draft, ...amendment };
}

/**
 * A source will not undo or change its part: the request is over, and the order goes on as it was. What
 * was undone before is asked for again: see `goOn`.
 */
export function giveUp(
  state: OrderState,
  refusal: { readonly code: string; readonly message: string },
): OrderToCashResult {
  const { request } = state;
  if (request === null) return unchanged(state);
  const steps = state.steps.map((step) =>
    step.status === "UNDOING" ? { ...step, status: "DONE" as const } : step,
  );
  const holds = UNDO_STEPS.reduce(withoutHold, state.holds);
  const { commandId } = request;
  const { message } = refusal;
  // The warehouse is asked to cancel also where the buyer wants to amend.
  const isTooLate = request.kind === "amend" && refusal.code === "NOT_CANCELLABLE";
  const code = isTooLate ? "NOT_AMENDABLE" : refusal.code;
  return moved(
    state,
    { ...state, steps, holds, request: null },
    { ended: [{ kind: "refused", commandId, code, message }] },
  );
}

const UNDO_STEPS = ["cancelRelease", "removeOrder", "rewriteOrder"] as const;

export function isUndoStep(step: OrderStep): step is (typeof UNDO_STEPS)[number] {
  return UNDO_STEPS.some((undoStep) => undoStep === step);
}

function idsOf(commandId: string | null): readonly string[] {
  return commandId === null ? [] : [commandId];
}
