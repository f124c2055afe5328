import { isSound, renderReport } from "./chaos-report.ts";
import { runChaos } from "./run-chaos.ts";
import { SHORT_RUN } from "./short-run.ts";

jest.setTimeout(240_000);

test("what is killed and what is lost costs no request, and doubles none", async () => {
  const report = await runChaos({ ...SHORT_RUN, isBlind: false });
  if (!isSound(report)) throw new Error(renderReport(report));
  expect([...report.injected.keys()]).toEqual(expect.arrayContaining(["kill app", "kill sandbox"]));
  expect([...report.struck.keys()]).toEqual(
    expect.arrayContaining(["erp lostResponse", "wms lostResponse", "finance lostResponse"]),
  );
  expect(report.acknowledged).toBeGreaterThan(0);
  const { executed, rejected, deadLettered, withdrawn, undone } = report;
  expect(executed + rejected + deadLettered + withdrawn + undone).toBe(report.acknowledged);
  expect(report.exceptions).toBe(report.deadLettered);
});
