import { withLoaders } from "./with-loaders.ts";

function counted() {
  let made = 0;
  const context = withLoaders(() => ({ set: (made += 1) }), { requestId: "r-1" });
  return { context, made: () => made };
}

test("loaders are made when they are first asked for, once", () => {
  const { context, made } = counted();
  expect(context.requestId).toBe("r-1");
  expect(made()).toBe(0);
  expect(context.loaders).toBe(context.loaders);
  expect(made()).toBe(1);
});

test("who renews them gets others, and needs no context for that", () => {
  const { context } = counted();
  const first = context.loaders;
  const { renewLoaders } = context;
  renewLoaders();
  expect(context.loaders).not.toBe(first);
  expect(context.loaders.set).toBe(2);
});
