import { setTimeout as sleep } from "node:timers/promises";
import { startChaosStack, type ChaosStack } from "./chaos-stack.ts";
import { BILLED, countDocuments, drain, isSettled, type Acknowledged } from "./count.ts";
import { nameOf, planFaults, type Fault } from "./fault-plan.ts";
import { startLoad, type Placed } from "./load.ts";
import { createSeeded } from "./seeded.ts";

export type ChaosOptions = {
  readonly seed: number;
  readonly faults: number;
  readonly ordersPerSecond: number;
  /** How long orders may take to come to their end once nothing is broken any more. */
  readonly drainMs: number;
  readonly say: (text: string) => void;
};

/** What a run came to. Sound when `lost`, `doubled` and `unsettled` are empty. */
export type ChaosReport = {
  readonly seed: number;
  /** How often each fault was injected, by its name. */
  readonly injected: ReadonlyMap<string, number>;
  readonly placed: number;
  readonly acknowledged: number;
  /** Told so at once, by code: nothing was taken. */
  readonly refused: readonly string[];
  readonly unanswered: readonly string[];
  readonly succeeded: number;
  readonly rejected: number;
  readonly deadLettered: number;
  readonly held: number;
  readonly billedOnce: number;
  /** References that were acknowledged and are not in the ledger, or not at the source. */
  readonly lost: readonly string[];
  /** References with more than one document at a source, with the counts. */
  readonly doubled: readonly string[];
  /** References whose order had not come to an end within the limit. */
  readonly unsettled: readonly string[];
};

const ANSWER_LIMIT_MS = 60_000;

export function isSound({ lost, doubled, unsettled, unanswered }: ChaosReport): boolean {
  return [lost, doubled, unsettled, unanswered].every(({ length }) => length === 0);
}

/** Starts the stack, places orders while it breaks things, lets all come to an end, and counts. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, say } = options;
  await using stack = await startChaosStack();
  const plan = planFaults(createSeeded(seed), options.faults, ["app", "sandbox"]);
  const load = startLoad({
    client: stack.client,
    token: stack.token,
    ordersPerSecond: options.ordersPerSecond,
    name: `CHAOS${String(seed)}`,
  });
  for (const [at, fault] of plan.entries()) {
    await sleep(fault.afterMs);
    say(`fault ${String(at + 1)} of ${String(plan.length)}: ${nameOf(fault)}`);
    await inject(stack, fault);
  }
  await stack.sandbox.clearFaults();
  const placed = await load.stop(ANSWER_LIMIT_MS);
  return await count(stack, placed, plan, options);
}

async function inject(stack: ChaosStack, fault: Fault): Promise<void> {
  if (fault.kind === "kill") {
    await stack.kill(fault.victim);
    await sleep(fault.downMs);
    await stack.start(fault.victim);
  } else {
    const { source, kind, percent, latencyMs, forMs } = fault;
    await stack.sandbox.fault({ source, kind, rate: percent / 100, latencyMs, forMs });
  }
}

async function count(
  stack: ChaosStack,
  placed: readonly Placed[],
  plan: readonly Fault[],
  { seed, drainMs, say }: ChaosOptions,
): Promise<ChaosReport> {
  const acknowledged = placed.filter((each): each is Acknowledged => each.kind === "acknowledged");
  const standings = await drain(stack, acknowledged, drainMs, say);
  const lost: string[] = [];
  const doubled: string[] = [];
  let billedOnce = 0;
  for (const { order, command, status } of standings) {
    const documents = await countDocuments(stack, order.reference);
    const { erp, wms, finance } = documents;
    const isBilled = BILLED.has(status);
    const isMissing =
      command === null ||
      (command === "SUCCEEDED" && erp === 0) ||
      (isBilled && (wms === 0 || finance === 0));
    if (isMissing) lost.push(`${order.reference} ${JSON.stringify({ command, ...documents })}`);
    if (erp > 1 || wms > 1 || finance > 1) {
      doubled.push(`${order.reference} ${JSON.stringify(documents)}`);
    }
    if (isBilled && erp === 1 && wms === 1 && finance === 1) billedOnce += 1;
  }
  const having = (wanted: string) => standings.filter(({ command }) => command === wanted).length;
  return {
    seed,
    injected: tally(plan.map(nameOf)),
    placed: placed.length,
    acknowledged: acknowledged.length,
    refused: placed.flatMap((each) =>
      each.kind === "refused" ? [`${each.reference} ${each.code}`] : [],
    ),
    unanswered: placed.flatMap((each) =>
      each.kind === "unanswered" ? [`${each.reference} ${each.reason}`] : [],
    ),
    succeeded: having("SUCCEEDED"),
    rejected: having("REJECTED"),
    deadLettered: having("DEAD_LETTERED"),
    held: standings.filter(({ status }) => status === "ON_HOLD").length,
    billedOnce,
    lost,
    doubled,
    unsettled: standings
      .filter((standing) => !isSettled(standing))
      .map(
        ({ order, command, status }) => `${order.reference} ${String(command)} ${String(status)}`,
      ),
  };
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of [...names].sort()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
