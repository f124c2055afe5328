import { isSound, type ChaosReport } from "./chaos-report.ts";
import { runChaos } from "./run-chaos.ts";
import { SHORT_RUN, TRIES } from "./short-run.ts";

jest.setTimeout(240_000);

/** What shows that the other run would have seen a double: the same one, without the look before a resend. */
test("a program that resends blindly makes doubles at the ERP, and the run finds them", async () => {
  let report: ChaosReport;
  let runs = 0;
  do {
    report = await runChaos({ ...SHORT_RUN, isBlind: true });
    runs += 1;
  } while (!report.doubledAt.has("erp") && runs < TRIES);
  expect(report.struck.get("erp lostResponse")).toBeGreaterThan(0);
  expect(report.doubledAt.get("erp")).toBeGreaterThan(0);
  expect(report.doubled).not.toEqual([]);
  expect(isSound(report)).toBe(false);
});
