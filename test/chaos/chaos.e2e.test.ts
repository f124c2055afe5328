import { isSound, renderReport } from "./chaos-report.ts";
import { runChaos, type ChaosOptions } from "./run-chaos.ts";

jest.setTimeout(180_000);

/** Of this seed's first faults, some kill the program, some the sources, and some lose an answer. */
const SHORT = {
  seed: 1,
  faults: 10,
  requestsPerSecond: 2,
  isBlind: false,
  drainMs: 60_000,
  say: () => undefined,
} satisfies ChaosOptions;

test("what is killed, lost and slow costs no order, and doubles none", async () => {
  const report = await runChaos(SHORT);
  if (!isSound(report)) throw new Error(renderReport(report));
  expect([...report.injected.keys()]).toEqual(expect.arrayContaining(["kill app", "kill sandbox"]));
});
