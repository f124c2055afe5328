import { Worker } from "node:worker_threads";
import type { QueryPlan } from "@apollo/query-planner";
import type { Logger } from "@crossdock/runtime";
import { GraphQLError, print } from "graphql";
import { PlanningUnavailableError } from "../errors/gateway-errors.ts";
import type { OperationToPlan } from "./plan-operation.ts";
import type {
  NamedSupergraph,
  PlanningAnswer,
  PlanningOutcome,
  PlanningWork,
} from "./planning-messages.ts";

/** Makes plans in a thread, one after the other, so that nobody who is being served waits for those of others. */
export interface PlanningThread {
  /**
   * Makes a supergraph ready to be planned for: some hundred milliseconds for a large one, in which nothing else is
   * planned. The thread keeps two; for one that it has no more it is done again when a plan is asked for.
   * @throws {PlanningUnavailableError} as `plan` does
   * @throws {Error} it cannot be read
   */
  load(supergraph: NamedSupergraph): Promise<void>;
  /**
   * @throws {GraphQLError} the operation cannot be planned
   * @throws {PlanningUnavailableError} too many wait, or no plan was found in time, or the thread broke off twice
   */
  plan(supergraph: NamedSupergraph, operation: OperationToPlan): Promise<QueryPlan>;
  /** Ends the thread, also in the middle of its work; what waits is refused, and whatever is asked from then on. */
  stop(): Promise<void>;
}

export type PlanningLimits = {
  /** Supergraphs and operations that wait for their turn, and the one that has it. */
  readonly maxWaiting: number;
  /** For one supergraph, or one operation, from the start of its turn. The thread's own start is part of its first turn. */
  readonly turnMs: number;
};

const DEFAULT_LIMITS: PlanningLimits = { maxWaiting: 500, turnMs: 20_000 };
/** How often one piece of work is begun. The thread may have broken off for another one's sake, so the first time does not count against it. */
const MAX_TRIES = 2;

type Waiting = {
  readonly work: PlanningWork;
  readonly resolve: (outcome: PlanningOutcome) => void;
  readonly reject: (reason: unknown) => void;
  tries: number;
};

/**
 * Starts no thread before it is asked for something. A thread that ends by itself, or has found no end with what it was
 * asked, is replaced by another one, which is given what waits.
 * @param startWorker gives a thread that runs `planning-worker.ts`
 */
export function createPlanningThread(
  logger: Logger,
  { maxWaiting, turnMs }: PlanningLimits = DEFAULT_LIMITS,
  startWorker: () => Worker = startPlanningWorker,
): PlanningThread {
  /** In the order in which the thread does them. */
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let turn: NodeJS.Timeout | undefined;
  let lastId = 0;
  let isStopped = false;

  function ask(work: PlanningWork): Promise<PlanningOutcome> {
    if (isStopped) throw new PlanningUnavailableError("The gateway is stopping.");
    if (waiting.size >= maxWaiting) {
      throw new PlanningUnavailableError("Too many new operations are waiting to be planned.");
    }
    return new Promise((resolve, reject) => {
      const id = (lastId += 1);
      waiting.set(id, { work, resolve, reject, tries: 1 });
      if (waiting.size === 1) beginTurn();
      (worker ??= start()).postMessage({ id, ...work });
    });
  }

  function beginTurn(): void {
    clearTimeout(turn);
    if (waiting.size > 0) turn = setTimeout(giveUp, turnMs);
  }

  function settle({ id, ...outcome }: PlanningAnswer): void {
    const done = waiting.get(id);
    waiting.delete(id);
    beginTurn();
    done?.resolve(outcome);
  }

  /** Whose turn it is has had its time; the others are not to suffer for it. */
  function giveUp(): void {
    const [first] = waiting;
    if (first === undefined) return;
    const [id, { work, reject }] = first;
    waiting.delete(id);
    logger.error({ work: work.kind, turnMs }, "planning found no end; its thread is replaced");
    reject(new PlanningUnavailableError("The operation could not be planned in time."));
    void worker?.terminate(); // which is told by its exit
  }

  function replace(ended: Worker, error: unknown): void {
    if (worker !== ended) return;
    worker = null;
    if (isStopped) return;
    if (error !== null) logger.error({ err: error }, "the planning thread broke off");
    const given = [...waiting];
    for (const [id, each] of given) {
      if (each.tries < MAX_TRIES) continue;
      waiting.delete(id);
      each.reject(new PlanningUnavailableError("The operation could not be planned."));
    }
    beginTurn();
    for (const [id, each] of waiting) {
      each.tries += 1;
      (worker ??= start()).postMessage({ id, ...each.work });
    }
  }

  function start(): Worker {
    const started = startWorker();
    let failure: unknown = null;
    started.on("message", settle);
    started.on("error", (error) => (failure = error));
    started.on("exit", () => {
      replace(started, failure);
    });
    return started;
  }

  async function load({ version, supergraphSdl }: NamedSupergraph): Promise<void> {
    const outcome = await ask({ kind: "load", version, supergraphSdl });
    if (outcome.kind === "refused") throw errorOf(outcome);
  }

  return {
    load,
    plan: async (supergraph, { document, operationName }) => {
      const { version } = supergraph;
      const work = { kind: "plan", version, query: print(document), operationName } as const;
      const first = await ask(work);
      if (first.kind !== "unknown") return planIn(first);
      await load(supergraph);
      return planIn(await ask(work));
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(turn);
      for (const { reject } of waiting.values()) {
        reject(new PlanningUnavailableError("The gateway is stopping."));
      }
      waiting.clear();
      await worker?.terminate();
    },
  };
}

/** Not what keeps a process alive: who waits for a plan has a turn's timer, which does. */
export function startPlanningWorker(): Worker {
  const worker = new Worker(new URL("./planning-entry.js", import.meta.url), {
    execArgv: [],
    name: "crossdock-planning",
  });
  worker.unref();
  return worker;
}

function planIn(outcome: PlanningOutcome): QueryPlan {
  if (outcome.kind === "planned") return outcome.plan;
  if (outcome.kind === "refused") throw errorOf(outcome);
  throw new PlanningUnavailableError("The operation could not be planned.");
}

/** As it would have been thrown here. */
function errorOf({ message, extensions }: Extract<PlanningOutcome, { kind: "refused" }>): Error {
  return extensions === null ? new Error(message) : new GraphQLError(message, { extensions });
}
