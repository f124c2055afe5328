import {
  APPROVAL_STEP,
  type FulfilmentStep,
  type Instant,
  type OrderState,
} from "@crossdock/domain";
import type { LineBlocker } from "./blockers.ts";
import type { ReadHold } from "./holds.ts";
import { becauseOfPause, type PausedSince } from "./paused-systems.ts";
import { reachedAt } from "./timeline.ts";

/** A step takes this long when all is well; what takes longer is in the way. */
const USUAL_STEP_MS = 2_000;

export type SystemNames = {
  readonly erp: string;
  readonly wms: string;
  readonly finance: string;
};

export type LateQuestion = {
  readonly holds: readonly ReadHold[];
  readonly nowMs: number;
  readonly names: SystemNames;
  readonly pausedSince: PausedSince;
};

/** Steps that were asked for and have not happened; one that is held is told by its hold. */
export function lateSteps(state: OrderState, question: LateQuestion): readonly LineBlocker[] {
  const { names } = question;
  const { placedAt } = state.draft;
  const changing = lateChange(state, question);
  if (changing.length > 0) return changing;
  if (state.number === null) {
    const message = `${names.erp} has not created the order yet. It is kept and will be sent again.`;
    const isWaiting =
      !isHeld(question, "createOrder") &&
      !isHeld(question, APPROVAL_STEP) &&
      isLate(question, placedAt);
    if (!isWaiting) return [];
    const late = { message, since: placedAt, owner: "source", lines: null } as const;
    return [becauseOfPause({ code: "WAITING_FOR_ERP", ...late }, "erp", question)];
  }
  return [...lateReleases(state, question), ...lateBills(state, question)];
}

/** What a client wants of the whole order: nothing else goes on before that is decided. */
function lateChange(
  { request, holds }: OrderState,
  question: LateQuestion,
): readonly LineBlocker[] {
  if (request === null || holds.length > 0 || !isLate(question, request.requestedAt)) return [];
  const isCancelling = request.kind === "cancel";
  const change = isCancelling ? "cancelled" : "changed";
  return [
    {
      code: isCancelling ? "BEING_CANCELLED" : "BEING_AMENDED",
      message: `The order is being ${change}; not every system has answered yet.`,
      since: request.requestedAt,
      owner: "source",
      lines: null,
    },
  ];
}

/** Each warehouse is told for itself. */
function lateReleases(state: OrderState, question: LateQuestion): readonly LineBlocker[] {
  const { names } = question;
  const releases = state.steps.filter(({ kind }) => kind === "releaseOrder");
  const live = releases.filter(({ status }) => status !== "UNDONE");
  // Of a later one nobody has written down when it was asked for.
  const since = live.length === 1 ? (reachedAt(state, "CONFIRMED") ?? state.draft.placedAt) : null;
  return live
    .filter((step) => step.status === "ASKED" && !isTaken(state, step, live.length))
    .filter(({ release }) => !isHeld(question, releaseOwner(release)))
    .filter(() => since === null || isLate(question, since))
    .map(({ warehouse, lines }): LineBlocker => ({
      code: "WAITING_FOR_WAREHOUSE",
      message:
        live.length === 1
          ? `${names.wms} has not taken the order yet. It is kept and will be sent again.`
          : `${names.wms} has not taken what ${String(warehouse)} sends yet. It is kept and will be sent again.`,
      since,
      owner: "source",
      lines: lines.map(({ lineNumber }) => lineNumber),
    }))
    .map((late) => becauseOfPause(late, "wms", question));
}

/** Its shipments may be seen before the warehouse's answer is. */
function isTaken({ shipments }: OrderState, { release }: FulfilmentStep, of: number): boolean {
  return shipments.some(
    (shipment) =>
      shipment.status !== "CANCELLED" &&
      (of === 1 || (shipment.release != null && shipment.release === release)),
  );
}

function lateBills(state: OrderState, question: LateQuestion): readonly LineBlocker[] {
  return state.invoices.flatMap(({ number, requestedAt, postedAt, shipmentId }) => {
    if (requestedAt === null || postedAt !== null || !isLate(question, requestedAt)) return [];
    if (isHeld(question, `raiseInvoice-${number}`)) return [];
    const late = {
      code: "WAITING_FOR_INVOICE",
      message: `${question.names.finance} has not posted invoice ${number} yet.`,
      since: requestedAt,
      owner: "finance",
      lines: linesOfShipment(state, shipmentId),
    } as const;
    return [becauseOfPause(late, "finance", question)];
  });
}

/** By their numbers; `null`, which is all of them, where nobody knows the shipment. */
export function linesOfShipment(
  { shipments }: OrderState,
  shipmentId: string | null,
): readonly number[] | null {
  const shipment = shipments.find(({ id }) => id === shipmentId);
  return shipment === undefined ? null : shipment.lines.map(({ lineNumber }) => lineNumber);
}

/** As the holds of a release are named: the first goes by the step's own name. */
export function releaseOwner(release: number | null): string {
  return release === null || release === 1 ? "releaseOrder" : `releaseOrder-${String(release)}`;
}

function isHeld({ holds }: LateQuestion, step: string): boolean {
  return holds.some((hold) => hold.step === step);
}

function isLate({ nowMs }: LateQuestion, since: Instant): boolean {
  return nowMs - Date.parse(since) > USUAL_STEP_MS;
}
