import {
  allocationFailuresOf,
  allocationSubject,
  type AllocationFailure,
  type OrderState,
} from "@crossdock/domain";
import type { TurnFindings } from "./turn-findings.ts";

/**
 * Each order of which no rule finds a warehouse for something, until all of it comes from somewhere, is announced, or is wanted no
 * more. A release whose command waits for a person has that command's exception, and a shipment that was cancelled one of its own.
 */
export const allocationFindings: TurnFindings<readonly AllocationFailure[]> = {
  of: (state) => {
    const failures = undecided(state);
    return failures.length === 0 ? [] : [failures];
  },
  // Which lines they are is looked up when somebody decides.
  isSame: () => true,
  subjectOf: (_failures, { id }) => allocationSubject(id),
  findingOf: (failures, { state }) => findingOf(state, failures),
  closingNote: "All of it comes from somewhere, is announced, or is wanted no more.",
};

/** Of an order of hundreds of lines the first tell enough. */
const MAX_LINES_TOLD = 20;

function undecided(state: OrderState): readonly AllocationFailure[] {
  return allocationFailuresOf(state).filter(
    ({ cause }) => cause === "NO_STOCK" || cause === "RELEASE_REFUSED",
  );
}

function findingOf(state: OrderState, failures: readonly AllocationFailure[]) {
  const told = failures.slice(0, MAX_LINES_TOLD);
  const words = told.map(({ lineNumber, quantity: { value, uom }, reason }) => {
    const sku = state.draft.lines.find((line) => line.lineNumber === lineNumber)?.sku ?? "an item";
    return `line ${String(lineNumber)}: ${value} ${uom} of ${sku}. ${reason}`;
  });
  const more = failures.length - told.length;
  const rest = more === 0 ? "" : ` And ${String(more)} more lines.`;
  return {
    name: `allocation-${state.id}`,
    class: "BUSINESS_RULE",
    code: "ALLOCATION_FAILED",
    owner: "operator",
    action: {
      code: "CHOOSE_SOURCE",
      text:
        "See Order.allocationFailures for what can be done: source it by hand from a warehouse (sourceOrder), wait for goods, offer " +
        "another product or cancel the line (amendOrder). It closes by itself when goods come from somewhere or are announced.",
    },
    summary: `Order ${state.number ?? state.id}: no warehouse sends ${words.join(" ")}${rest}`,
    payload: {
      orderId: state.id,
      failures: told.map(({ lineNumber, quantity, cause, warehouse }) => ({
        lineNumber,
        quantity: quantity.value,
        uom: quantity.uom,
        cause,
        warehouse,
      })),
      choices: ["SOURCE_FROM", "SUBSTITUTE", "WAIT", "CANCEL_LINE"],
    },
  } as const;
}
