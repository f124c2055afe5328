import { setTimeout as sleep } from "node:timers/promises";
import type { ChaosReport } from "./chaos-report.ts";
import { startChaosStack, type ChaosStack, type ChaosStackOptions } from "./chaos-stack.ts";
import { countResults } from "./count-results.ts";
import { nameOf, planFaults, type Fault } from "./fault-plan.ts";
import { startLoad } from "./load/load.ts";
import { createSeeded } from "./seeded.ts";
import { drain } from "./standings.ts";
import { tally } from "./tally.ts";

export type ChaosOptions = ChaosStackOptions & {
  readonly seed: number;
  readonly faults: number;
  readonly requestsPerSecond: number;
  /** How long everything may take to come to its end once nothing is broken any more. */
  readonly drainMs: number;
  readonly say: (text: string) => void;
};

const ANSWER_LIMIT_MS = 60_000;
const MS_PER_SECOND = 1_000;
/** So that faults and load do not draw the same numbers. */
const LOAD_SEED = 1_000_003;

/** Starts the stack, sends requests while it breaks things, lets all come to an end, and counts. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, requestsPerSecond, drainMs } = options;
  const startedAt = Date.now();
  const say = (text: string) => {
    options.say(`${((Date.now() - startedAt) / MS_PER_SECOND).toFixed(1)} s  ${text}`);
  };
  await using stack = await startChaosStack(options);
  const plan = planFaults(createSeeded(seed), {
    count: options.faults,
    victims: stack.victims,
    flushes: stack.flushRedis !== null,
  });
  const since = new Date().toISOString();
  const load = startLoad({
    client: stack.client,
    token: stack.token,
    requestsPerSecond,
    name: `CHAOS${String(seed)}`,
    seeded: createSeeded(seed + LOAD_SEED),
  });
  const struck = new Map<string, number>();
  for (const [at, fault] of plan.entries()) {
    await sleep(fault.afterMs);
    say(`fault ${String(at + 1)} of ${String(plan.length)}: ${nameOf(fault)}`);
    // A sandbox that dies forgets what has struck.
    if (fault.kind === "kill" && fault.victim === "sandbox") await addStruck(stack, struck);
    await inject(stack, fault);
  }
  // Nothing is cleared: what is to strike a write waits for it, and the rest ends within seconds.
  const brokenUntil = Date.now();
  const sent = await load.stop(ANSWER_LIMIT_MS);
  const standings = await drain(stack, since, drainMs, say);
  const drainedAt = Date.now();
  await addStruck(stack, struck);
  return {
    seed,
    injected: tally(plan.map(nameOf)),
    struck,
    drainMs: drainedAt - brokenUntil,
    ...(await countResults(stack, sent, standings)),
  };
}

async function inject(stack: ChaosStack, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case "kill":
      await stack.kill(fault.victim);
      await sleep(fault.downMs);
      return stack.start(fault.victim);
    case "flush":
      return stack.flushRedis?.();
    default: {
      const { source, kind, percent, latencyMs, forMs } = fault;
      return stack.sandbox.fault({
        source,
        kind,
        rate: percent / 100,
        latencyMs,
        forMs,
        ...(fault.operation === null ? {} : { operation: fault.operation }),
        ...(fault.times === null ? {} : { times: fault.times }),
      });
    }
  }
}

async function addStruck({ sandbox }: ChaosStack, struck: Map<string, number>): Promise<void> {
  for (const [name, times] of Object.entries(await sandbox.struck())) {
    struck.set(name, (struck.get(name) ?? 0) + times);
  }
}
