import { assertNever } from "../brand.ts";
import type { WarehouseCode } from "../identifiers.ts";
import type { OrderDraft } from "../order.ts";
import type { FulfilmentStep, OrderRequest, OrderState } from "../order-state.ts";
import { isOver, waitsForAll } from "../order-status.ts";
import { addQuantities } from "../quantity.ts";
import { sourcingOf } from "../sourcing/order-sourcing.ts";
import type { SourcingAssignment } from "../sourcing/sourcing-plan.ts";
import { withSourcing, withUndone } from "./allocation.ts";
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
import { ofRelease, onShipments } from "./shipping.ts";
import { lastStep, newestStep, nextRelease, stepOf, withStep } from "./steps.ts";
import { holdOwner, note, withoutHold } from "./timeline.ts";

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
  const waited = state.steps.findLast(({ status }) => status === "ASKED");
  if (request === null || waited === undefined) return unchanged(state);
  if (request.kind === "amend" && !mustRelease(waited, request)) return unchanged(state);
  const step = stepName(request, "withdraw");
  return {
    ...unchanged(state),
    commands: [{ kind: "withdraw", step, withdrawn: waited.kind }],
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

/** Tells each warehouse what is planned for it and it was not told yet: a release per warehouse, all at the same time. */
function release(state: OrderState): OrderToCashResult {
  if (state.number === null || isOver(state) || waitsForAll(state)) return unchanged(state);
  const { planned } = state.sourcing;
  const warehouses = [...new Set(planned.map(({ warehouse }) => warehouse))];
  const first = nextRelease(state);
  const steps = warehouses.map((warehouse, at) => ({
    kind: "releaseOrder" as const,
    release: first + at,
    status: "ASKED" as const,
    commandId: null,
    warehouse,
    lines: linesFrom(planned, warehouse),
  }));
  const commands = steps.map(({ release: number }) => ({
    kind: "releaseOrder" as const,
    step: `release-${String(number)}`,
    release: number,
  }));
  const sourcing = { ...state.sourcing, planned: [] };
  const next = { ...state, steps: [...state.steps, ...steps], sourcing };
  return steps.length === 0 ? unchanged(state) : moved(state, next, { commands });
}

/** A line that was planned twice for one warehouse, as after a backorder, is released as one. */
function linesFrom(
  planned: readonly SourcingAssignment[],
  from: WarehouseCode,
): FulfilmentStep["lines"] {
  const lines = new Map<number, FulfilmentStep["lines"][number]>();
  for (const { lineNumber, warehouse, quantity, reason } of planned) {
    if (warehouse !== from) continue;
    const before = lines.get(lineNumber);
    const sum = before === undefined ? quantity : addQuantities(before.quantity, quantity);
    lines.set(lineNumber, { lineNumber, quantity: sum, reason: before?.reason ?? reason });
  }
  return [...lines.values()].sort((left, right) => left.lineNumber - right.lineNumber);
}

/** The warehouse sends nothing more of the release: it is undone. @param event `release` null: the newest */
export function onReleaseCancelled(
  state: OrderState,
  event: Stamp & {
    readonly release: number | null;
    readonly shipments: readonly ShipmentSnapshot[];
  },
): OrderToCashResult {
  const step = stepOf(state, "releaseOrder", event.release, "UNDOING");
  if (step === null) return unchanged(state);
  const holds = withoutHold(state.holds, "cancelRelease");
  const undone = withUndone({ ...state, holds }, step);
  const told = onShipments(undone, ofRelease(event.shipments, step.release), event);
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
  const draft = amendedDraft(state.draft, amendment);
  const { looks } = state.sourcing;
  const again = state.steps.filter(
    ({ status }) => status === "REFUSED" && concernsWarehouse(amendment),
  );
  const holds = again.reduce(
    (left, { kind, release: number }) => withoutHold(left, holdOwner(kind, number)),
    withoutHold(state.holds, "rewriteOrder"),
  );
  // What the warehouse refused to send may be another thing now.
  const free = again.reduce(withUndone, { ...noted, request: null, holds });
  const sourcing =
    amendment.lines === undefined ? free.sourcing : { ...sourcingOf(draft), looks: looks + 1 };
  const amended = withProgress(withSourcing({ ...free, draft, sourcing }));
  return moved(state, amended, { changes: ["AMENDED"], ended: [{ kind: "done", commandId }] });
}

/** The order as the buyer wants it now. */
export function amendedDraft(draft: OrderDraft, amendment: OrderAmendment): OrderDraft {
  if (amendment.lines === undefined) return { ...draft, ...amendment };
  // Where the old lines came from says nothing of the new ones.
  const { sourcing: _old, ...rest } = draft;
  return { ...rest, ...amendment };
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
  // What the warehouse fell short of while it was asked to cancel waits for stock from now on.
  const next = withSourcing({ ...state, steps, holds, request: null });
  return moved(state, next, { ended: [{ kind: "refused", commandId, code, message }] });
}

const UNDO_STEPS = ["cancelRelease", "removeOrder", "rewriteOrder"] as const;

export function isUndoStep(step: OrderStep): step is (typeof UNDO_STEPS)[number] {
  return UNDO_STEPS.some((undoStep) => undoStep === step);
}

function idsOf(commandId: string | null): readonly string[] {
  return commandId === null ? [] : [commandId];
}
