import { isSound, renderFuzzReport } from "./fuzz-report.ts";
import { explainFinding, runFuzz } from "./run-fuzz.ts";

jest.setTimeout(180_000);

/** Long enough for some hundred attacks; a machine with four times the work does some forty. */
const SHORT_RUN = { seed: 7, forMs: 25_000, say: () => undefined };

test("whatever is sent, the program lives, answers with codes, keeps its secrets and its memory", async () => {
  const report = await runFuzz(SHORT_RUN);
  const { seed, findings } = report;
  const told = [renderFuzzReport(report), ...findings.map((found) => explainFinding(seed, found))];
  if (!isSound(report)) throw new Error(told.join("\n"));
  expect(report.cases).toBeGreaterThan(20);
  expect([...report.sent.keys()].sort()).toEqual(["http", "raw", "socket"]);
});
