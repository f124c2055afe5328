import { isSound, renderReport, type ChaosReport } from "./chaos-report.ts";
import { runChaos } from "./run-chaos.ts";
import { SHORT_RUN, TRIES } from "./short-run.ts";

jest.setTimeout(240_000);

const LOST = ["erp lostResponse", "wms lostResponse", "finance lostResponse"];
const hasStruck = ({ struck }: ChaosReport) => LOST.every((fault) => struck.has(fault));

test("what is killed and what is lost costs no request, and doubles none", async () => {
  let report: ChaosReport;
  let runs = 0;
  do {
    report = await runChaos({ ...SHORT_RUN, isBlind: false });
    if (!isSound(report)) throw new Error(renderReport(report));
    runs += 1;
  } while (!hasStruck(report) && runs < TRIES);
  expect([...report.injected.keys()]).toEqual(expect.arrayContaining(["kill app", "kill sandbox"]));
  expect([...report.struck.keys()]).toEqual(expect.arrayContaining(LOST));
  expect(report.acknowledged).toBeGreaterThan(0);
  const { executed, rejected, deadLettered, withdrawn, undone } = report;
  expect(executed + rejected + deadLettered + withdrawn + undone).toBe(report.acknowledged);
  expect(report.exceptions).toBe(report.deadLettered);
});
