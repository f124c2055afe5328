import fc from "fast-check";
import { addDecimals, compareDecimals, parseDecimal, ZERO } from "../decimal.ts";
import { parseSku, parseWarehouseCode } from "../identifiers.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import type { StockPosition } from "../stock.ts";
import type { WantedLine } from "./cover.ts";
import { planSourcing, type SourcingQuestion } from "./plan-sourcing.ts";
import type { SourcingPolicy } from "./sourcing-policy.ts";

const each = (count: number) => quantity(parseDecimal(String(count)), parseUomCode("EA"));
const THREE: SourcingPolicy = {
  rule: "fewest-shipments/1",
  maxWarehousesPerOrder: 3,
  splitLines: true,
};

/** @param counts on hand per warehouse: `{ PHX: { bolt: 5 } }` */
function stockOf(counts: Readonly<Record<string, Readonly<Record<string, number>>>>) {
  const stock = new Map<string, StockPosition[]>();
  for (const [code, products] of Object.entries(counts)) {
    for (const [name, count] of Object.entries(products)) {
      const position: StockPosition = {
        sku: parseSku(name),
        warehouse: parseWarehouseCode(code),
        onHand: each(count),
        allocated: each(0),
        inbound: each(0),
      };
      stock.set(name, [...(stock.get(name) ?? []), position]);
    }
  }
  return stock;
}

const wanted = (...lines: readonly (readonly [string, number])[]): readonly WantedLine[] =>
  lines.map(([sku, count], at) => ({ lineNumber: at + 1, sku, wanted: each(count) }));

function plan(
  lines: SourcingQuestion["lines"],
  counts: Parameters<typeof stockOf>[0],
  more: Partial<SourcingQuestion> = {},
) {
  return planSourcing({
    lines,
    stock: stockOf(counts),
    warehouses: Object.keys(counts).map(parseWarehouseCode),
    shipComplete: false,
    policy: THREE,
    ...more,
  });
}

const told = ({ plan: { assignments } }: ReturnType<typeof plan>) =>
  assignments.map(
    ({ lineNumber, warehouse, quantity: { value } }) =>
      `${String(lineNumber)} ${warehouse} ${value}`,
  );
const waiting = ({ plan: { backorders } }: ReturnType<typeof plan>) =>
  backorders.map(({ lineNumber, quantity: { value } }) => `${String(lineNumber)} ${value}`);

describe("the fewest shipments", () => {
  test("one warehouse that has all of it sends all of it, also where others have more of a line", () => {
    const answer = plan(wanted(["BOLT", 5], ["NUT", 5]), {
      BOI: { BOLT: 900 },
      PHX: { BOLT: 5, NUT: 5 },
    });
    expect(told(answer)).toEqual(["1 PHX 5", "2 PHX 5"]);
    expect(answer.plan.assignments[0]?.reason).toBe("PHX has all of the order.");
    expect(answer.warehouse).toBe("PHX");
  });

  test("else two that have it together, and the reasons say who has what", () => {
    const answer = plan(wanted(["BOLT", 2000]), {
      BOI: { BOLT: 1300 },
      CLT: { BOLT: 100 },
      PHX: { BOLT: 800 },
    });
    expect(told(answer)).toEqual(["1 BOI 1300", "1 PHX 700"]);
    expect(answer.plan.assignments.map(({ reason }) => reason)).toEqual([
      "BOI has 1300 of 2000 of BOLT.",
      "PHX takes 700 of the rest of BOLT.",
    ]);
    expect(answer.plan.backorders).toEqual([]);
  });

  test("a line that one of them has whole is not split", () => {
    const answer = plan(wanted(["BOLT", 10], ["NUT", 10]), {
      BOI: { BOLT: 10, NUT: 4 },
      PHX: { BOLT: 9, NUT: 10 },
    });
    expect(told(answer)).toEqual(["1 BOI 10", "2 PHX 10"]);
  });

  test("what no warehouse has waits", () => {
    const answer = plan(wanted(["BOLT", 200]), { BOI: { BOLT: 100 }, PHX: { BOLT: 50 } });
    expect(waiting(answer)).toEqual(["1 50"]);
  });

  test("a buyer who wants all at once is sent nothing before all is there", () => {
    const lines = wanted(["BOLT", 5], ["NUT", 5]);
    const answer = plan(lines, { BOI: { BOLT: 5, NUT: 4 } }, { shipComplete: true });
    expect(told(answer)).toEqual([]);
    expect(waiting(answer)).toEqual(["1 5", "2 5"]);
    expect(answer.covers.map(({ missing }) => missing)).toEqual(["0", "1"]);
    const stock = { BOI: { BOLT: 5, NUT: 4 }, PHX: { NUT: 1 } };
    expect(told(plan(lines, stock, { shipComplete: true }))).toHaveLength(3);
  });

  test("the policy bounds how many warehouses send one order, and whether a line is split", () => {
    const stock = { BOI: { BOLT: 8 }, CLT: { BOLT: 7 }, PHX: { BOLT: 6 } };
    const lines = wanted(["BOLT", 20]);
    const atMost = (maxWarehousesPerOrder: number) =>
      plan(lines, stock, { policy: { ...THREE, maxWarehousesPerOrder } });
    expect(told(atMost(1))).toEqual(["1 BOI 8"]);
    expect(told(atMost(2))).toEqual(["1 BOI 8", "1 CLT 7"]);
    expect(waiting(atMost(3))).toEqual([]);
    const whole = plan(lines, stock, { policy: { ...THREE, splitLines: false } });
    expect([told(whole), waiting(whole)]).toEqual([["1 BOI 8"], ["1 12"]]);
  });
});

describe("for any stock and any order", () => {
  const codes = ["BOI", "CLT", "PHX", "SAN"] as const;
  const skus = ["A", "B", "C"] as const;
  const counts = fc.record(
    Object.fromEntries(
      codes.map((code) => [
        code,
        fc.record(Object.fromEntries(skus.map((sku) => [sku, fc.nat({ max: 40 })]))),
      ]),
    ),
  );
  const orders = fc.array(fc.tuple(fc.constantFrom(...skus), fc.integer({ min: 1, max: 60 })), {
    minLength: 1,
    maxLength: 5,
  });
  const policies = fc.record({
    rule: fc.constant("fewest-shipments/1" as const),
    maxWarehousesPerOrder: fc.integer({ min: 1, max: 4 }),
    splitLines: fc.boolean(),
  });

  test("what is sent and what waits make up what is wanted, and no warehouse sends more than it has", () => {
    fc.assert(
      fc.property(counts, orders, policies, fc.boolean(), (stock, order, policy, shipComplete) => {
        const lines = wanted(...order);
        const { plan: made } = plan(lines, stock, { policy, shipComplete });
        for (const { lineNumber, wanted: asked } of lines) {
          const parts = [...made.assignments, ...made.backorders].filter(
            (part) => part.lineNumber === lineNumber,
          );
          const sum = addDecimals(ZERO, ...parts.map((part) => part.quantity.value));
          expect(sum).toBe(asked?.value);
        }
        for (const code of codes) {
          for (const sku of skus) {
            const taken = made.assignments.filter(
              ({ warehouse, lineNumber }) =>
                warehouse === code && lines[lineNumber - 1]?.sku === sku,
            );
            const sum = addDecimals(ZERO, ...taken.map((part) => part.quantity.value));
            expect(compareDecimals(sum, each(stock[code]?.[sku] ?? 0).value)).toBeLessThanOrEqual(
              0,
            );
          }
        }
        const used = new Set(made.assignments.map(({ warehouse }) => warehouse));
        expect(used.size).toBeLessThanOrEqual(policy.maxWarehousesPerOrder);
      }),
    );
  });

  test("all warehouses together send all that they have of it", () => {
    fc.assert(
      fc.property(counts, orders, (stock, order) => {
        const lines = wanted(...order);
        const policy = { ...THREE, maxWarehousesPerOrder: codes.length };
        const { plan: made } = plan(lines, stock, { policy });
        for (const sku of skus) {
          const sent = made.assignments
            .filter(({ lineNumber }) => lines[lineNumber - 1]?.sku === sku)
            .reduce((sum, part) => sum + Number(part.quantity.value), 0);
          const there = codes.reduce((sum, code) => sum + (stock[code]?.[sku] ?? 0), 0);
          const asked = order.reduce((sum, [name, count]) => sum + (name === sku ? count : 0), 0);
          expect(sent).toBe(Math.min(there, asked));
        }
      }),
    );
  });

  test("the same stock gives the same plan, whatever order it is told in", () => {
    fc.assert(
      fc.property(counts, orders, policies, (stock, order, policy) => {
        const lines = wanted(...order);
        const turned = Object.fromEntries(Object.entries(stock).reverse());
        expect(plan(lines, turned, { policy }).plan).toEqual(plan(lines, stock, { policy }).plan);
      }),
    );
  });
});
