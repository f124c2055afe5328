import { doing, inSpan, inTrace } from "@crossdock/runtime";

const TIMES = 200_000;
const NANOS_PER_MS = 1_000_000;
const WORK = { correlationId: "bench", traceparent: null };

/** What one piece of work takes that is nothing but a span in a trace, `spans` in all, and the same without any. */
export async function nanosOf(
  spans: number,
): Promise<{ readonly withNanos: number; readonly withoutNanos: number }> {
  const step = () => Promise.resolve();
  const plain = async () => {
    for (let at = 0; at < spans; at += 1) await step();
  };
  const traced = () =>
    inTrace(
      WORK,
      () => ({ name: "request" }),
      async () => {
        for (let at = 1; at < spans; at += 1) await inSpan(() => ({ name: "step" }), step);
        await doing(WORK, step);
      },
    );
  await time(plain);
  await time(traced);
  const withoutNanos = await time(plain);
  return { withNanos: await time(traced), withoutNanos };
}

async function time(run: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  for (let at = 0; at < TIMES; at += 1) await run();
  return ((performance.now() - startMs) * NANOS_PER_MS) / TIMES;
}
