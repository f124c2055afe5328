import { isSound, renderReport } from "./chaos-report.ts";
import { runChaos } from "./run-chaos.ts";

jest.setTimeout(300_000);

/** Over a PostgreSQL and a Redis of the run's own: those of the other suites are not to be killed. */
test("with its servers killed, and Redis flushed, no request is lost and none is done twice", async () => {
  const report = await runChaos({
    seed: 82,
    faults: 8,
    requestsPerSecond: 1,
    database: "local",
    redis: "local",
    isBlind: false,
    drainMs: 180_000,
    say: () => undefined,
  });
  if (!isSound(report)) throw new Error(renderReport(report));
  expect([...report.injected.keys()]).toEqual(
    expect.arrayContaining(["kill app", "kill postgres", "kill redis", "flush redis"]),
  );
  expect(report.struck.get("erp lostResponse")).toBeGreaterThan(0);
});
