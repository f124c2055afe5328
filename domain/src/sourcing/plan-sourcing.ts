import { compareDecimals, isPositive, isZero, ZERO, type Decimal } from "../decimal.ts";
import type { WarehouseCode } from "../identifiers.ts";
import { quantity } from "../quantity.ts";
import {
  compareScores,
  coverFrom,
  scoreOf,
  type LineCover,
  type Score,
  type StockBySku,
  type WantedLine,
} from "./cover.ts";
import type { SourcingAssignment, SourcingBackorder, SourcingPlan } from "./sourcing-plan.ts";
import type { SourcingPolicy } from "./sourcing-policy.ts";

export type SourcingQuestion = {
  readonly lines: readonly WantedLine[];
  readonly stock: StockBySku;
  /** Those that may send it; in any order. */
  readonly warehouses: readonly WarehouseCode[];
  readonly shipComplete: boolean;
  readonly policy: SourcingPolicy;
};

export type SourcingAnswer = {
  /** The one that sends the most; `null` when there is none to choose from. */
  readonly warehouse: WarehouseCode | null;
  /** One per line asked, from the chosen warehouses. */
  readonly covers: readonly LineCover[];
  readonly plan: SourcingPlan;
};

/** With more warehouses than this, those that serve the order worst by themselves are not combined. */
const MAX_COMBINED = 8;

/**
 * Which warehouse sends what of an order: the fewest that have all of it together; where none have, those that serve
 * it best, the most lines whole and then the largest share of the rest; of equals the first by code. What is left
 * waits. The same stock gives the same answer, whatever order it is told in, and no warehouse is told to send more
 * than it has.
 */
export function planSourcing(question: SourcingQuestion): SourcingAnswer {
  const { lines, policy, shipComplete } = question;
  const chosen = chooseWarehouses(question);
  const rule = policy.rule;
  if (chosen === null) {
    const plan = { rule, shipComplete, assignments: [], backorders: [] };
    return { warehouse: null, covers: [], plan };
  }
  const { warehouses, covers } = chosen;
  const isShort = covers.some(({ missing }) => isPositive(missing));
  const waitsForAll = shipComplete && isShort;
  const plan: SourcingPlan = {
    rule,
    shipComplete,
    assignments: waitsForAll ? [] : assignmentsOf(lines, chosen),
    backorders: waitsForAll
      ? allOf(lines, covers)
      : lines.flatMap((line, at) => backorderOf(line, covers[at])),
  };
  return { warehouse: mainOf(plan, warehouses), covers, plan };
}

type Choice = {
  /** The best first. */
  readonly warehouses: readonly WarehouseCode[];
  readonly covers: readonly LineCover[];
  readonly score: Score;
};

function chooseWarehouses(question: SourcingQuestion): Choice | null {
  const { lines, policy } = question;
  const wanted = lines.filter((line) => line.wanted !== null && isPositive(line.wanted.value));
  const alone = [...new Set(question.warehouses)]
    .sort()
    .map((warehouse) => serve([warehouse], question))
    .sort((left, right) => compareScores(right.score, left.score));
  let [best] = alone;
  if (best === undefined) return null;
  const candidates = alone.slice(0, MAX_COMBINED).flatMap(({ warehouses }) => warehouses);
  const most = Math.min(policy.maxWarehousesPerOrder, candidates.length);
  for (let size = 2; size <= most && best.score.whole < wanted.length; size += 1) {
    for (const warehouses of combinationsOf(candidates, size)) {
      const choice = serve(warehouses, question);
      if (compareScores(choice.score, best.score) > 0) best = choice;
    }
  }
  return best;
}

function serve(
  warehouses: readonly WarehouseCode[],
  { lines, stock, policy }: SourcingQuestion,
): Choice {
  const covers = coverFrom(warehouses, lines, stock, policy.splitLines);
  return { warehouses, covers, score: scoreOf(covers, lines) };
}

/** Every choice of so many, in the order of the list: the first is made of its first. */
function* combinationsOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let at = 0; at <= items.length - size; at += 1) {
    const first = items.slice(at, at + 1);
    for (const rest of combinationsOf(items.slice(at + 1), size - 1)) yield [...first, ...rest];
  }
}

function assignmentsOf(
  lines: readonly WantedLine[],
  { warehouses, covers }: Choice,
): readonly SourcingAssignment[] {
  const used = new Set(covers.flatMap(({ parts }) => parts.map(({ warehouse }) => warehouse)));
  const hasAll = covers.every(({ missing }) => isZero(missing));
  const [only] = warehouses;
  return lines.flatMap(({ lineNumber, sku, wanted }, at) => {
    const parts = covers[at]?.parts ?? [];
    if (wanted === null) return [];
    return parts.map(({ warehouse, taken, had }, nth) => ({
      lineNumber,
      warehouse,
      quantity: quantity(taken, wanted.uom),
      reason:
        used.size === 1 && hasAll && warehouse === only
          ? `${warehouse} has all of the order.`
          : reasonOf({ warehouse, taken, had, sku, wanted: wanted.value, nth }),
    }));
  });
}

function reasonOf(part: {
  readonly warehouse: WarehouseCode;
  readonly taken: Decimal;
  readonly had: Decimal;
  readonly sku: string;
  readonly wanted: Decimal;
  readonly nth: number;
}): string {
  const { warehouse, taken, had, sku, wanted, nth } = part;
  if (compareDecimals(taken, wanted) >= 0) return `${warehouse} has all ${wanted} of ${sku}.`;
  return nth === 0
    ? `${warehouse} has ${had} of ${wanted} of ${sku}.`
    : `${warehouse} takes ${taken} of the rest of ${sku}.`;
}

/** What of the line no warehouse has. */
function backorderOf(
  { lineNumber, sku, wanted }: WantedLine,
  cover: LineCover | undefined,
): readonly SourcingBackorder[] {
  const missing = cover?.missing ?? ZERO;
  if (wanted === null || !isPositive(missing)) return [];
  const reason = `${missing} ${wanted.uom} of ${sku} are in no warehouse that can send them.`;
  return [{ lineNumber, quantity: quantity(missing, wanted.uom), promisedOn: null, reason }];
}

/** Every line, as it waits until all is there. */
function allOf(
  lines: readonly WantedLine[],
  covers: readonly LineCover[],
): readonly SourcingBackorder[] {
  return lines.flatMap((line, at) => {
    const { lineNumber, wanted } = line;
    if (wanted === null || !isPositive(wanted.value)) return [];
    const [missing] = backorderOf(line, covers[at]);
    const reason = missing?.reason ?? "The order is sent when all of it is there.";
    return [{ lineNumber, quantity: wanted, promisedOn: null, reason }];
  });
}

/** The one from which the most lines come; of equals the better one. */
function mainOf(
  { assignments }: SourcingPlan,
  warehouses: readonly WarehouseCode[],
): WarehouseCode | null {
  const count = (code: WarehouseCode) =>
    assignments.filter(({ warehouse }) => warehouse === code).length;
  return warehouses.reduce<WarehouseCode | null>(
    (main, code) => (main === null || count(code) > count(main) ? code : main),
    null,
  );
}
