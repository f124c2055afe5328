import { setTimeout as sleep } from "node:timers/promises";
import { assertNever } from "@crossdock/domain";
import fc from "fast-check";
import type { Attack } from "./attack.ts";
import { FOUND } from "./found.ts";
import { startFuzzStack, type FuzzStack } from "./fuzz-stack.ts";
import type { Memory } from "./heap.ts";
import { judge, kindOf } from "./judge.ts";
import type { Observation } from "./observation.ts";
import { planAttack } from "./plan-attack.ts";
import { sendHttp } from "./send/send-http.ts";
import { sendRaw } from "./send/send-raw.ts";
import { sendSocket } from "./send/send-socket.ts";

export type FuzzOptions = {
  readonly seed: number;
  /** So long attacks are sent; what is under way then is ended. */
  readonly forMs: number;
  /** Only this one, again. */
  readonly onlyCase?: number;
  readonly say: (text: string) => void;
};

/** Something that the program should not have done. */
export type Finding = {
  /** From 1; what an earlier run has found has numbers below zero. */
  readonly caseNumber: number;
  readonly faults: readonly string[];
  /** The plainest attack found that brings it about. */
  readonly attack: Attack;
};

export type FuzzReport = {
  readonly seed: number;
  readonly cases: number;
  /** By kind of attack. */
  readonly sent: ReadonlyMap<string, number>;
  /** By status and code. */
  readonly answered: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
  /** Once warm, and at the end; `null` when only one case ran. */
  readonly memory: { readonly before: Memory; readonly after: Memory } | null;
};

const MAX_TAPE = 400;
const MAX_NUMBER = 0xffff;
/** Keeps the cases of neighbouring seeds apart. */
const SEED_STEP = 1_000_003;
/** Caches are filled and code is compiled before memory is measured for the first time. */
const WARM_UP_SHARE = 0.25;
/** What is kept for those who come back is let go. */
const QUIET_MS = 3_000;
const SHRINK_MS = 20_000;
const MAX_FINDINGS = 20;
/** A probe answers within this, whatever the program is being asked. */
export const MAX_PROBE_MS = 1_000;
const PROBE_AFTER_MS = 10;
const PROBE_LIMIT_MS = 30_000;
const END_MS = 200;
const SAY_EVERY = 500;

/** Starts the program, attacks it case by case, and says what came of it. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, forMs, onlyCase, say } = options;
  await using stack = await startFuzzStack();
  const run = new FuzzRun(stack, seed, say);
  if (onlyCase !== undefined) {
    const found = FOUND[-1 - onlyCase];
    await (found === undefined ? run.tryCase(onlyCase) : run.tryAgain(onlyCase, found));
    return run.report(null);
  }
  for (const [at, attack] of FOUND.entries()) await run.tryAgain(-1 - at, attack);
  const startedMs = Date.now();
  const elapsedMs = () => Date.now() - startedMs;
  let before: Memory | null = null;
  for (let number = 1; elapsedMs() < forMs && run.findings.length < MAX_FINDINGS; number += 1) {
    if (before === null && elapsedMs() > forMs * WARM_UP_SHARE) before = await quietMemory(stack);
    await run.tryCase(number);
    if (number % SAY_EVERY === 0) {
      say(`${String(number)} cases in ${(elapsedMs() / 1_000).toFixed(0)} s`);
    }
  }
  const after = await quietMemory(stack);
  return run.report(before === null ? null : { before, after });
}

async function quietMemory(stack: FuzzStack): Promise<Memory> {
  await sleep(QUIET_MS);
  return stack.memory();
}

class FuzzRun {
  readonly findings: Finding[] = [];
  readonly #sent = new Map<string, number>();
  readonly #answered = new Map<string, number>();
  readonly #known = new Set<string>();
  #cases = 0;

  constructor(
    private readonly stack: FuzzStack,
    private readonly seed: number,
    private readonly say: (text: string) => void,
  ) {}

  /** Sends one, and when something is wrong looks for the plainest that does the same. */
  async tryCase(number: number): Promise<void> {
    this.#cases += 1;
    const tapes = fc.noBias(
      fc.array(fc.nat({ max: MAX_NUMBER }), { maxLength: MAX_TAPE, size: "max" }),
    );
    let plainest: Omit<Finding, "caseNumber"> | null = null;
    const property = fc.asyncProperty(tapes, async (tape) => {
      const attack = planAttack(
        tape,
        this.stack.makeOperation,
        this.stack.target.credentials.names,
      );
      const faults = await this.#attackOnce(attack);
      if (faults.length === 0 || this.#known.has(signatureOf(faults))) return;
      plainest = { attack, faults };
      throw new Error(faults.join(" "));
    });
    await fc.check(property, {
      seed: (this.seed * SEED_STEP + number) | 0,
      numRuns: 1,
      interruptAfterTimeLimit: SHRINK_MS,
    });
    const found = plainest as Omit<Finding, "caseNumber"> | null;
    if (found !== null) this.#found({ caseNumber: number, ...found });
  }

  /** Sends what an earlier run has found. */
  async tryAgain(caseNumber: number, attack: Attack): Promise<void> {
    this.#cases += 1;
    const faults = await this.#attackOnce(attack);
    if (faults.length > 0) this.#found({ caseNumber, faults, attack });
  }

  #found(finding: Finding): void {
    this.#known.add(signatureOf(finding.faults));
    this.findings.push(finding);
    this.say(explainFinding(this.seed, finding));
  }

  async #attackOnce(attack: Attack): Promise<string[]> {
    const { observation, probeMs } = await this.#sendAndProbe(attack);
    count(this.#sent, attack.kind);
    count(this.#answered, kindOf(observation));
    // A program that has just ended is not known to have ended yet.
    if (observation.silence !== null) await sleep(END_MS);
    // A machine that is busy elsewhere is slow once.
    const isSlow =
      probeMs > MAX_PROBE_MS && (await this.#sendAndProbe(attack)).probeMs > MAX_PROBE_MS;
    const ended = this.stack.hasEnded();
    const faults = [
      ...judge(attack, observation, this.stack.secrets),
      ...this.stack.takeLogFaults(),
      ...(isSlow ? [`A probe took more than ${String(MAX_PROBE_MS)} ms beside it.`] : []),
      ...(ended === null ? [] : [`The program ended with ${ended}`]),
    ];
    if (ended !== null) await this.stack.restart();
    return faults;
  }

  async #sendAndProbe(
    attack: Attack,
  ): Promise<{ readonly observation: Observation; readonly probeMs: number }> {
    const [observation, probeMs] = await Promise.all([
      send(attack, this.stack),
      sleep(PROBE_AFTER_MS).then(() => probe(this.stack.target.url)),
    ]);
    return { observation, probeMs };
  }

  report(memory: FuzzReport["memory"]): FuzzReport {
    const { seed, findings } = this;
    return {
      seed,
      cases: this.#cases,
      sent: this.#sent,
      answered: this.#answered,
      findings,
      memory,
    };
  }
}

function count(tally: Map<string, number>, name: string): void {
  tally.set(name, (tally.get(name) ?? 0) + 1);
}

const MAX_SIGNATURE = 300;

/** The same fault of another operation is the same. */
function signatureOf(faults: readonly string[]): string {
  return faults
    .map((fault) =>
      fault
        .replace(/"(time|correlationId|requestId|path|operation|err)":("[^"]*"|\[[^\]]*\])/g, "")
        .replace(/\d+/g, "0"),
    )
    .map((fault) => fault.slice(0, MAX_SIGNATURE))
    .join("\n");
}

function send(attack: Attack, { target }: FuzzStack): Promise<Observation> {
  switch (attack.kind) {
    case "http":
      return sendHttp(attack, target);
    case "raw":
      return sendRaw(attack, target);
    case "socket":
      return sendSocket(attack, target);
    default:
      return assertNever(attack);
  }
}

/** @returns how long the health probe took; as long as it was waited for when nothing came */
async function probe(url: string): Promise<number> {
  const startedMs = performance.now();
  await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) })
    .then((answer) => answer.arrayBuffer())
    .catch(() => undefined);
  return performance.now() - startedMs;
}

const MAX_SHOWN = 4_000;

export function explainFinding(seed: number, { caseNumber, faults, attack }: Finding): string {
  return [
    `seed ${String(seed)}, case ${String(caseNumber)} (again with --seed ${String(seed)} --case ${String(caseNumber)}):`,
    ...faults.map((fault) => `  ${fault}`),
    `  by ${JSON.stringify(attack).slice(0, MAX_SHOWN)}`,
  ].join("\n");
}
