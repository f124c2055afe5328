import { isSound } from "./chaos-report.ts";
import { runChaos } from "./run-chaos.ts";
import { SHORT_RUN } from "./short-run.ts";

jest.setTimeout(240_000);

/** What shows that the other run would have seen a double: the same one, without the look before a resend. */
test("a program that resends blindly makes doubles at the ERP, and the run finds them", async () => {
  const report = await runChaos({ ...SHORT_RUN, isBlind: true });
  expect(report.struck.get("erp lostResponse")).toBeGreaterThan(0);
  expect(report.doubledAt.get("erp")).toBeGreaterThan(0);
  expect(report.doubled).not.toEqual([]);
  expect(isSound(report)).toBe(false);
});
