import {
  APPROVAL_STEP,
  type AcceptanceHold,
  type AcceptanceHoldCode,
} from "../acceptance/order-acceptance.ts";
import type { OrderDraft } from "../order.ts";
import type { OrderHold, OrderState } from "../order-state.ts";
import type { OrderToCashResult, Stamp } from "./events.ts";
import { moved, unchanged } from "./result.ts";
import { newestStep, withStep } from "./steps.ts";
import { note } from "./timeline.ts";

/** What stands in the way of an order from its first moment on: it was accepted, and nobody sends it yet. */
export function openingHolds({ acceptance, placedAt }: OrderDraft): readonly OrderHold[] {
  const holds: readonly AcceptanceHold[] = acceptance?.holds ?? [];
  return holds.map(({ code, reason }) => ({ code: holdCode(code), reason, since: placedAt }));
}

/** Which decisions the order still waits for; empty when it goes, or went, its way. */
export function decisionsAwaited({ holds, number }: OrderState): readonly AcceptanceHoldCode[] {
  if (number !== null) return [];
  return holds.flatMap(({ code }) =>
    code.startsWith(PREFIX) ? [code.slice(PREFIX.length) as AcceptanceHoldCode] : [],
  );
}

/** One decision was made in its favour, or all of them; with the last one the order is sent. */
export function onHoldReleased(
  state: OrderState,
  event: Stamp & {
    readonly code: AcceptanceHoldCode | null;
    readonly note: string | null;
    readonly isPromised?: boolean;
  },
): OrderToCashResult {
  const awaited = decisionsAwaited(state);
  const released = awaited.filter((code) => event.code === null || event.code === code);
  if (released.length === 0) return unchanged(state);
  const codes = new Set(released.map(holdCode));
  const noted = released.reduce((next, code) => {
    const text = event.note === null ? code : `${code}: ${event.note}`;
    return note(next, event, "HOLD_RELEASED", text);
  }, state);
  const holds = state.holds.filter(({ code }) => !codes.has(code));
  const next = { ...noted, draft: promisedAgain(state.draft, event), holds };
  const step = newestStep(state, "createOrder");
  const isFree = released.length === awaited.length;
  const commandId = step?.status === "ASKED" ? step.commandId : null;
  const commands =
    isFree && commandId !== null ? [{ kind: "sendOrder" as const, step: "send", commandId }] : [];
  return moved(state, next, { commands });
}

/** What was set aside for it may have been given back while it was held: then it is set aside anew, or not. */
function promisedAgain(
  draft: OrderDraft,
  { isPromised }: { readonly isPromised?: boolean },
): OrderDraft {
  const { acceptance } = draft;
  if (acceptance === undefined || isPromised === undefined) return draft;
  return { ...draft, acceptance: { ...acceptance, isPromised } };
}

/** A person decided against it: its command ends REJECTED, and no system hears of the order. */
export function onDeclined(
  state: OrderState,
  event: Stamp & { readonly reason: string },
): OrderToCashResult {
  if (decisionsAwaited(state).length === 0 || state.status === "REJECTED") return unchanged(state);
  const step = newestStep(state, "createOrder");
  const stepped = step === null ? state : withStep(state, step, { status: "REFUSED" });
  const declined = note(stepped, event, "REJECTED", event.reason);
  const hold = { code: DECLINED, reason: event.reason, since: event.at };
  const next = { ...declined, status: "REJECTED", holds: [hold] } as const;
  const commandId = step?.commandId ?? null;
  const refused =
    commandId === null
      ? []
      : [{ kind: "refused" as const, commandId, code: DECLINED, message: event.reason }];
  return moved(state, next, { changes: ["REJECTED"], ended: refused });
}

const PREFIX = `${APPROVAL_STEP}:`;
/** Of the command and of the hold that an order ends with. */
const DECLINED = "NOT_APPROVED";

function holdCode(code: AcceptanceHoldCode): string {
  return `${PREFIX}${code}`;
}
