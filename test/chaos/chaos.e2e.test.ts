import { isSound, runChaos, type ChaosOptions } from "./run-chaos.ts";
import { renderReport } from "./report.ts";

jest.setTimeout(400_000);

/** Of this seed's first faults, some kill the program, some the sources, and some lose an answer. */
const SHORT = {
  seed: 1,
  faults: 8,
  ordersPerSecond: 0.5,
  drainMs: 240_000,
  say: () => undefined,
} satisfies ChaosOptions;

test("what is killed, lost and slow costs no order, and doubles none", async () => {
  const report = await runChaos(SHORT);
  if (!isSound(report)) throw new Error(renderReport(report));
  expect([...report.injected.keys()]).toEqual(
    expect.arrayContaining(["kill app", "kill sandbox", "lostResponse erp"]),
  );
  expect(report.acknowledged).toBeGreaterThan(0);
  expect(report.acknowledged + report.refused.length).toBe(report.placed);
  expect(report.succeeded + report.rejected + report.deadLettered).toBe(report.acknowledged);
});
