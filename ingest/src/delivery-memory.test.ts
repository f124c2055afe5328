import { createDeliveryMemory } from "./delivery-memory.ts";

test("a delivery is new once", () => {
  const memory = createDeliveryMemory();
  expect([memory.take("a"), memory.take("b"), memory.take("a")]).toEqual([true, true, false]);
});

test("it remembers so many and forgets the oldest first", () => {
  const memory = createDeliveryMemory(2);
  for (const id of ["a", "b", "c"]) memory.take(id);
  expect([memory.take("c"), memory.take("b")]).toEqual([false, false]);
  expect(memory.take("a")).toBe(true);
});
