import { world } from "../../src/contract-prices.ts";
import { STANDING_STILL } from "../../src/config-file.ts";
import { untilHistoryIsRead } from "../../src/history.ts";
import { readMetric } from "../../src/metrics.ts";
import { startStack, type Stack } from "../../src/stack.ts";
import type { Helper } from "../kit/processes.ts";
import type { LoadAnswer, LoadRequest } from "./load-client.ts";
import { MEASURED, type Measured } from "./looks.ts";
import { createInspectorListener, openProfiler, type CpuProfile } from "./profiler.ts";
import type { Variant } from "./variants.ts";

/** What one round of one variant took. */
export type Round = LoadAnswer & {
  /** Of the whole program, its ledger's thread included, without what it takes while nobody asks. */
  readonly cpuMsEach: number;
};

/** The program in one variant, with full books and warm caches. */
export interface PortalStack extends AsyncDisposable {
  readonly variant: Variant;
  measure(kind: Measured, seconds: number): Promise<Round>;
  profile(kind: Measured, seconds: number): Promise<CpuProfile>;
  /** Of the program, in bytes. */
  residentBytes(): Promise<number>;
}

export type Load = Pick<LoadRequest, "seed" | "looks" | "users">;

const MANY_CALLS_PER_MINUTE = 100_000;
const IDLE_SECONDS = 5;
const MS_PER_SECOND = 1_000;
const ANY_LOCAL_PORT = "127.0.0.1:0";

/** @param isProfiled its main thread can be looked into, which costs nothing until somebody does */
export async function openPortalStack(
  variant: Variant,
  client: Helper<LoadRequest, object>,
  load: Load,
  isProfiled: boolean,
): Promise<PortalStack> {
  const inspector = createInspectorListener();
  const stack = await startStack({
    pastOrders: "all",
    speed: STANDING_STILL,
    callsPerMinute: MANY_CALLS_PER_MINUTE,
    gateway: variant.gateway,
    onOutput: inspector.onOutput,
    ...(isProfiled && { variables: { NODE_OPTIONS: `--inspect=${ANY_LOCAL_PORT}` } }),
  });
  try {
    await untilHistoryIsRead(stack);
    const tokens = await tokensOf(stack);
    const ask = async (kind: Measured, seconds: number | "once") =>
      (await client.ask({ url: stack.url, tokens, kind, seconds, ...load })) as LoadAnswer;
    for (const kind of MEASURED) refuseErrors(kind, await ask(kind, "once"));
    const idleCpuShare = await cpuShareOfNobody(stack);
    const measure = async (kind: Measured, seconds: number) => {
      const before = await cpuMsOf(stack);
      const answer = await ask(kind, seconds);
      const cpuMs = (await cpuMsOf(stack)) - before - idleCpuShare * answer.tookMs;
      refuseErrors(kind, answer);
      return { ...answer, cpuMsEach: cpuMs / answer.tally.asked };
    };
    return {
      variant,
      measure,
      profile: async (kind, seconds) => {
        const profiler = await openProfiler(inspector.url());
        await profiler.start();
        await ask(kind, seconds);
        const profile = await profiler.stop();
        profiler.close();
        return profile;
      },
      residentBytes: () => readMetric(stack.url, "process_resident_memory_bytes"),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

async function tokensOf(stack: Stack): Promise<Readonly<Record<string, string>>> {
  const tokens = world.customers.map(
    async ({ number }) => [number, await stack.token("portal", number)] as const,
  );
  return Object.fromEntries(await Promise.all(tokens));
}

/** Of one core. */
async function cpuShareOfNobody(stack: Stack): Promise<number> {
  const [beganMs, before] = [performance.now(), await cpuMsOf(stack)];
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * MS_PER_SECOND));
  return ((await cpuMsOf(stack)) - before) / (performance.now() - beganMs);
}

async function cpuMsOf({ url }: Stack): Promise<number> {
  return (await readMetric(url, "process_cpu_seconds_total")) * MS_PER_SECOND;
}

/** A variant that answers with errors is not faster. */
function refuseErrors(kind: Measured, { tally: { asked, answers } }: LoadAnswer): void {
  if (answers["OK"] === asked) return;
  throw new Error(`Not all looks at ${kind} are answered: ${JSON.stringify(answers)}`);
}
