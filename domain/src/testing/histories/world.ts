import { assertNever } from "../../brand.ts";
import type { InvoiceNumber, ShipmentId } from "../../identifiers.ts";
import { isOver } from "../../order-status.ts";
import type { OrderState } from "../../order-state.ts";
import type {
  OrderAmendment,
  OrderToCashCommand,
  OrderToCashEvent,
  RequestOutcome,
} from "../../order-to-cash/events.ts";
import { parseLocalDate } from "../../time.ts";
import { money } from "../invoices.ts";
import { billExceptionsOf } from "../../order-to-cash/bill-exceptions.ts";
import { openInFlight, refusal, type Message } from "./in-flight.ts";
import {
  doomed,
  draftLines,
  invoiceAt,
  lateSendingOf,
  openShipmentBook,
  ORDER_NUMBER,
  second,
  sendingsOf,
  shipmentAt,
  snapshotOf,
  SOUTH,
  type Sending,
} from "./sources-of.ts";
import type { Trouble, Truth } from "./truth.ts";

/**
 * The sources and the people of one truth, as they answer to what the process asks. Nothing waits but for what
 * causes it: an answer comes after its question, and what a warehouse does after the release that it was given.
 */
export interface World {
  /** What may be told next, in the order in which it came to be. */
  pending(): readonly Message[];
  told(message: Message): void;
  /** @returns what becomes true at once, in the transaction that asked */
  ask(command: OrderToCashCommand, state: OrderState): readonly Message[];
  /** People look at the order from time to time: whether there is stock for what waits, what a bill needs them for. */
  watch(state: OrderState): void;
  /** Somebody hears how a request, or the order's own command, ended. */
  end(outcome: RequestOutcome): void;
  /** Steps that were asked for and have no answer. */
  unanswered(): readonly string[];
}

const REQUEST_ID = "client-1";
const ENDED_BILL: Trouble = { command: "raiseInvoice", postponed: 0, failed: "ended" };
const NEW_DATE = parseLocalDate("2027-01-15");

export function openWorld(truth: Truth): World {
  const { request } = truth;
  const flight = openInFlight(truth);
  const { push, send } = flight;
  const shipmentBook = openShipmentBook();
  const billBook = new Map<string, number>();
  const sentBy = new Map<number, readonly Sending[]>();
  const sendings = new Map<string, Sending>();
  /** Looks that the warehouse has only once nobody changes the order any more. */
  const waiting: (() => void)[] = [];
  const refusedByErp = request !== null && request.refusedBy !== null;
  let isRequestOver = request === null;
  let isStockSought = false;
  let isPriceTold = !truth.isPricedOtherwise || truth.creation === "refused" || truth.isDeclined;
  const decided = new Set<string>();
  const isHeldUp = () => (request?.kind === "amend" && !isRequestOver) || !isPriceTold;
  const goOnWhereFree = () => {
    if (isHeldUp()) return;
    for (const goOn of waiting.splice(0)) goOn();
  };

  /** Whether what is released now will be taken back again. */
  const isDoomed = () =>
    request !== null &&
    !isRequestOver &&
    request.refusedBy !== "warehouse" &&
    (request.kind === "cancel" || request.boxes !== null);

  const look = (sending: Sending, step: number) => {
    const seen = shipmentAt(sending, step);
    push(`look at ${sending.id} ${seen.status}`, () => shipmentBook.look(seen));
  };
  const dispatch = (release: number, state: OrderState) => {
    const step = state.steps.find((one) => one.release === release);
    if (step?.warehouse == null) throw new Error(`Nobody knows of release ${String(release)}.`);
    const released = { release, warehouse: step.warehouse, lines: step.lines };
    const all = step.warehouse === SOUTH ? [lateSendingOf(released)] : sendingsOf(truth, released);
    const sent = isDoomed() ? doomed(all) : all;
    sentBy.set(release, sent);
    for (const sending of sent) {
      sendings.set(sending.id, sending);
      look(sending, 0);
      const goOn = () => {
        sending.steps.slice(1).forEach((_step, at) => {
          look(sending, at + 1);
        });
      };
      // Once it is at work, the warehouse would have the buyer's change refused: it begins after that. And what is
      // billed already is not billed otherwise, whatever the ERP shows later.
      if (isHeldUp()) waiting.push(goOn);
      else goOn();
    }
  };

  const askRelease = (release: number, step: string, state: OrderState) => {
    const about = { release };
    const kind = "releaseOrder";
    if (truth.release === "refused") {
      send({ kind, step, about, answer: refusal(kind, "INVALID", about) });
      return;
    }
    const answer = (tick: number): OrderToCashEvent => {
      const shipments = (sentBy.get(release) ?? []).map((sending) => {
        const last = isHeldUp() ? 0 : sending.steps.length - 1;
        return snapshotOf(shipmentAt(sending, truth.toldLate ? last : 0));
      });
      return { kind: "releaseCreated", release, shipments, at: second(tick), source: "wms" };
    };
    const done = () => {
      dispatch(release, state);
    };
    send({ kind, step, about, answer, done });
  };

  const askCancel = (release: number, step: string) => {
    const about = { release };
    const kind = "cancelRelease";
    if (request?.refusedBy === "warehouse") {
      send({ kind, step, about, answer: refusal(kind, "NOT_CANCELLABLE", about) });
      return;
    }
    const cancelled = (sentBy.get(release) ?? []).map((sending): Sending => {
      return { ...sending, steps: ["RELEASED", "CANCELLED"] };
    });
    const answer = (tick: number): OrderToCashEvent => ({
      kind: "releaseCancelled",
      release,
      shipments: cancelled.map((sending) => snapshotOf(shipmentAt(sending, 1))),
      at: second(tick),
      source: "wms",
    });
    const done = () => {
      for (const sending of cancelled) look(sending, 1);
    };
    send({ kind, step, about, answer, done });
  };

  const askBill = (shipmentId: ShipmentId, number: InvoiceNumber, step: string) => {
    const about = { invoice: number };
    const kind = "raiseInvoice";
    const { bill, payments } = sendings.get(shipmentId) ?? { bill: "made", payments: 0 };
    if (bill === "refused") {
      send({ kind, step, about, answer: refusal(kind, "PERIOD_CLOSED", about) });
      return;
    }
    const answer = (tick: number): OrderToCashEvent => {
      const invoice = invoiceAt(number, payments, 0);
      return { kind: "invoiceChanged", invoice, at: second(tick), source: "finance" };
    };
    const done = () => {
      for (let paid = 0; paid <= payments; paid += 1) {
        const invoice = invoiceAt(number, payments, paid);
        push(`look at ${number} ${invoice.status} ${String(paid)}`, (tick) => {
          if (paid <= (billBook.get(number) ?? -1)) return null;
          billBook.set(number, paid);
          return { kind: "invoiceChanged", invoice, at: second(tick), source: "finance" };
        });
      }
    };
    const trouble = bill === "ended" ? { trouble: ENDED_BILL } : {};
    send({ kind, step, about, answer, done, ...trouble });
  };

  const askCreation = () => {
    const answer = (tick: number): OrderToCashEvent => {
      const stamp = { at: second(tick), source: "erp" };
      return truth.creation === "created"
        ? { kind: "orderCreated", number: ORDER_NUMBER, ...stamp }
        : { kind: "orderRefused", code: "CREDIT_EXCEEDED", message: "No credit left.", ...stamp };
    };
    const done = () => {
      if (isPriceTold) return;
      const prices = [{ lineNumber: 1, unitPrice: money("999.00") }];
      const say = (tick: number): OrderToCashEvent => {
        isPriceTold = true;
        return { kind: "orderPriced", prices, at: second(tick), source: "erp" };
      };
      push("the ERP shows another price", say, null, goOnWhereFree);
    };
    send({ kind: "createOrder", step: "create", answer, done });
  };

  const isHeld = truth.approvals.length > 0;
  const letGo = isHeld ? flight.hold("createOrder", "create") : () => undefined;
  if (!isHeld) askCreation();
  else if (truth.isDeclined) {
    push("a person declines", (tick) => {
      return { kind: "orderDeclined", reason: "Not now.", at: second(tick), source: "crossdock" };
    });
  } else {
    for (const code of truth.approvals) {
      push(`${code} is released`, (tick) => {
        const stamp = { at: second(tick), source: "crossdock" };
        return { kind: "holdReleased", code, note: null, ...stamp };
      });
    }
  }
  if (request !== null) push(`the client asks: ${request.kind}`, (tick) => requestOf(truth, tick));

  return {
    pending: flight.pending,
    told: flight.told,
    unanswered: flight.unanswered,

    ask(command, state) {
      const { kind, step } = command;
      switch (kind) {
        case "sendOrder":
          letGo();
          askCreation();
          return [];
        case "releaseOrder":
          askRelease(command.release, step, state);
          return [];
        case "readFreight": {
          const { number } = command;
          const known = { number, quoted: money("8.00"), charged: money("8.00") };
          const answer = (tick: number): OrderToCashEvent => {
            return { kind: "freightKnown", ...known, at: second(tick), source: "carrier" };
          };
          send({ kind, step, about: { invoice: number }, answer });
          return [];
        }
        case "calculateTax": {
          const { number } = command;
          const calculated = { lines: [], freightTax: money("0"), total: money("0.80") };
          const tax = truth.isTaxEstimated
            ? { ...calculated, isEstimate: true as const }
            : calculated;
          const answer = (tick: number): OrderToCashEvent => {
            return { kind: "taxCalculated", number, tax, at: second(tick), source: "tax" };
          };
          send({ kind, step, about: { invoice: number }, answer });
          return [];
        }
        case "trueUpTax": {
          const { number } = command;
          const tax = { lines: [], freightTax: money("0"), total: money("0.95") };
          const answer = (tick: number): OrderToCashEvent => {
            return { kind: "taxTruedUp", number, tax, at: second(tick), source: "tax" };
          };
          send({ kind, step, about: { invoice: number }, answer });
          return [];
        }
        case "settleTax": {
          const { number } = command;
          const documentNumber = `${number}-TAX`;
          const answer = (tick: number): OrderToCashEvent => {
            return {
              kind: "taxSettled",
              number,
              documentNumber,
              at: second(tick),
              source: "finance",
            };
          };
          send({ kind, step, about: { invoice: number }, answer });
          return [];
        }
        // No bill of these histories is voided.
        case "voidTax":
          return [];
        case "raiseInvoice":
          askBill(command.shipmentId, command.number, step);
          return [];
        case "cancelRelease":
          askCancel(command.release, step);
          return [];
        case "removeOrder": {
          const removed = (tick: number): OrderToCashEvent => {
            return { kind: "orderRemoved", at: second(tick), source: "erp" };
          };
          send({ kind, step, answer: refusedByErp ? refusal(kind, "NOT_CANCELLABLE") : removed });
          return [];
        }
        case "rewriteOrder": {
          const rewritten = (tick: number): OrderToCashEvent => {
            return { kind: "orderRewritten", at: second(tick), source: "erp" };
          };
          send({ kind, step, answer: refusedByErp ? refusal(kind, "NOT_AMENDABLE") : rewritten });
          return [];
        }
        case "withdraw": {
          const { withdrawn } = command;
          const mayGo = truth.creation === "created" && !refusedByErp;
          return withdrawn === "createOrder" && !mayGo ? [] : flight.withdraw(withdrawn);
        }
        default:
          return assertNever(command);
      }
    },

    watch(state) {
      for (const { number, code } of billExceptionsOf(state)) {
        if (decided.has(`${number} ${code}`)) continue;
        decided.add(`${number} ${code}`);
        push(`a person decides on ${number}`, (tick) => {
          const decision = { code, resolution: "CORRECTED", by: "clerk", note: null } as const;
          return { kind: "billDecided", number, decision, at: second(tick), source: "crossdock" };
        });
      }
      const { backorders } = state.sourcing;
      const isServed = truth.plan?.stockComes === true;
      const isByHand = !isServed && isSourcedByHand(truth);
      const isWaiting = backorders.length > 0 && !isOver(state) && state.request === null;
      const isSought = (isServed || isByHand) && state.number !== null;
      if (isStockSought || !isSought || !isWaiting) return;
      isStockSought = true;
      push(isByHand ? "a person sources it" : "there is stock for what waits", (tick, now) => {
        isStockSought = false;
        return isByHand ? sourcedByHand(now, tick) : stockFor(now, tick);
      });
    },

    end({ commandId }) {
      if (commandId !== REQUEST_ID) letGo();
      isRequestOver = true;
      goOnWhereFree();
    },
  };
}

function stockFor({ sourcing }: OrderState, tick: number): OrderToCashEvent | null {
  const { backorders, looks, rule } = sourcing;
  if (backorders.length === 0) return null;
  return {
    kind: "backorderSourced",
    look: looks + 1,
    rule,
    assignments: backorders.map(({ lineNumber, quantity }) => {
      return { lineNumber, quantity, warehouse: SOUTH, reason: "It turned up." };
    }),
    promises: [],
    at: second(tick),
    source: "crossdock",
  };
}

/**
 * Nobody sources by hand what a warehouse refuses again and again, and whether a person does it before another one has the
 * release tried again depends on who is first.
 */
function isSourcedByHand({ plan, release, troubles }: Truth): boolean {
  const isTroubled = troubles.some(({ command }) => command === "releaseOrder");
  return plan?.isSourcedByHand === true && release === "taken" && !isTroubled;
}

function sourcedByHand({ sourcing }: OrderState, tick: number): OrderToCashEvent | null {
  const { backorders } = sourcing;
  if (backorders.length === 0) return null;
  return {
    kind: "sourcedByHand",
    assignments: backorders.map(({ lineNumber, quantity }) => {
      return { lineNumber, quantity, warehouse: SOUTH, reason: "A person chose it." };
    }),
    note: null,
    at: second(tick),
    source: "crossdock",
  };
}

function requestOf({ request, lines }: Truth, tick: number): OrderToCashEvent | null {
  if (request === null) return null;
  const stamp = { commandId: REQUEST_ID, at: second(tick), source: "crossdock" };
  if (request.kind === "cancel") {
    return { kind: "cancelRequested", reason: "Ordered twice.", ...stamp };
  }
  const { boxes } = request;
  const wanted = boxes && lines.map((line, at) => ({ ...line, boxes: boxes[at] ?? line.boxes }));
  const amendment: OrderAmendment = {
    requestedDeliveryOn: NEW_DATE,
    ...(wanted === null ? {} : { lines: draftLines(wanted) }),
  };
  return { kind: "amendRequested", amendment, ...stamp };
}
