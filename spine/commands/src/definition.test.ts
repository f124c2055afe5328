import { orderSubject } from "@crossdock/domain";
import type { OrderId } from "@crossdock/domain";
import { z } from "zod";
import { createCommandRegistry, defineCommand } from "./definition.ts";
import { allCommands } from "./definitions/all.ts";

const options = {
  type: "orders.cancelOrder",
  version: 1,
  data: z.object({ order: z.string() }),
  subjectOf: ({ order }: { readonly order: string }) => orderSubject(order as OrderId),
  lane: "erp" as const,
  attempts: 3,
  backoff: { baseMs: 1, maxMs: 2 },
};

test("a command without an attempt, or with a backoff that shrinks, cannot be defined", () => {
  expect(() => defineCommand({ ...options, attempts: 0 })).toThrow(RangeError);
  expect(() => defineCommand({ ...options, backoff: { baseMs: 2, maxMs: 1 } })).toThrow(RangeError);
});

test("a command is tried for a weekend, and what it is refused is the end of it, unless told otherwise", () => {
  const { attempts: _own, backoff: _ownBackoff, ...usual } = options;
  expect(defineCommand(usual)).toMatchObject({
    attempts: 12,
    backoff: { baseMs: 500, maxMs: 300_000 },
    patienceMs: 3 * 24 * 3_600_000,
    refusal: "final",
  });
  expect(() => defineCommand({ ...usual, patienceMs: 0 })).toThrow(RangeError);
});

test("a registry tells versions apart and refuses two definitions of one", () => {
  const first = defineCommand(options);
  const second = defineCommand({ ...options, version: 2 });
  const registry = createCommandRegistry([first, second]);
  expect(registry.find("orders.cancelOrder", 2)).toBe(second);
  expect(registry.find("orders.cancelOrder", 3)).toBeNull();
  expect(registry.types).toEqual(["orders.cancelOrder"]);
  expect(() => createCommandRegistry([first, first])).toThrow("defined twice");
});

test("the commands of the system make a registry", () => {
  expect(createCommandRegistry(allCommands).types).toContain("orders.submitOrder");
});
