import { addUp } from "./compare.ts";
import { isSound, renderReport } from "./resume-report.ts";
import { runResume, type ResumeOptions } from "./run-resume.ts";

jest.setTimeout(180_000);

/** One subscriber of each kind over each transport, and one kill. */
const SHORT_RUN = {
  seed: 3,
  subscribers: 30,
  kills: 1,
  orders: 6,
  ordersPerSecond: 1,
  drainMs: 15_000,
  say: () => undefined,
} satisfies Omit<ResumeOptions, "forgets">;

test("who resumes from a cursor misses nothing and sees nothing twice, also when the program dies", async () => {
  const report = await runResume({ ...SHORT_RUN, forgets: false });
  if (!isSound(report)) throw new Error(renderReport(report));
  expect(addUp(report.groups).reconnects).toBeGreaterThan(SHORT_RUN.subscribers);
  expect([...report.struck.keys()]).toEqual(
    expect.arrayContaining([expect.stringMatching(/^wms /)]),
  );
});

/** What shows that the other run would have seen a hole. */
test("who comes back without a cursor misses events, and the run finds them", async () => {
  const report = await runResume({ ...SHORT_RUN, forgets: true });
  expect(addUp(report.groups).missed).toBeGreaterThan(0);
  expect(isSound(report)).toBe(false);
});
