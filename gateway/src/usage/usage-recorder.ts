import { instantOf } from "@crossdock/domain";
import type { Viewer } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import { getOperationAST } from "graphql";
import type { DocumentNode, GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";
import { coordinatesInVariables, shapeOf, tellingVariables } from "./coordinates.ts";
import type { Coordinate, OperationShape, TellingVariable } from "./coordinates.ts";
import type { OperationUse, UsageStore } from "./usage-store.ts";

/** An operation that was answered, or a subscription that was opened. */
export type AnsweredOperation = {
  /** What it was validated against. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer | null;
};

type AskedOperation = Omit<AnsweredOperation, "variables" | "viewer">;

/**
 * Counts which client uses which parts of the schema. Counting is a look-up in memory; what was counted is handed to
 * the store every some seconds, beside the requests.
 */
export interface UsageRecorder {
  /** What the operation asks for by its text; kept, as long as its document is. */
  shapeOf(operation: AskedOperation): OperationShape | null;
  record(operation: AnsweredOperation): void;
  /** Hands over what was counted so far. */
  flush(): Promise<void>;
  /** Counts no more, and hands over the rest. */
  stop(): Promise<void>;
}

export type UsageRecorderOptions = {
  readonly store: UsageStore;
  readonly logger: Logger;
  readonly nowMs?: () => number;
  readonly flushEveryMs?: number;
  /** Of one client on one day; what exceeds it is counted together, place by place. */
  readonly maxSignatures?: number;
};

const FLUSH_EVERY_MS = 5_000;
const MAX_SIGNATURES = 500;
/** Counts that wait for the store. When it does not answer for long, what exceeds this is not counted. */
const MAX_WAITING = 20_000;
const MAX_CLIENTS = 10_000;
const DAY_MS = 86_400_000;
const DAY_CHARACTERS = "2026-11-22".length;
/** Stands for the operations of a client that has too many; no digest looks like that. */
export const OTHER_OPERATIONS = "other";

type Counted = Omit<OperationUse, "count" | "lastUsedAt" | "inVariables"> & {
  count: number;
  lastUsedMs: number;
  readonly inVariables: Map<Coordinate, number>;
};

/** What is known of an operation as long as its document is kept. */
type Known = { readonly shape: OperationShape; readonly telling: readonly TellingVariable[] };
type KnownByName = Map<string | undefined, Known | null>;

export function createUsageRecorder(options: UsageRecorderOptions): UsageRecorder {
  const { store, logger, nowMs = Date.now, flushEveryMs = FLUSH_EVERY_MS } = options;
  const maxSignatures = options.maxSignatures ?? MAX_SIGNATURES;
  const knownOf = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, KnownByName>>();
  /** The signatures of each client, on the day of `today`. */
  const signatures = new LRUCache<string, Set<string>>({ max: MAX_CLIENTS });
  const handedOver = new Set<string>();
  let today = "";
  let dayEndsMs = 0;
  let waiting = new Map<string, Counted>();
  let unknown = new Map<string, OperationShape>();
  let missed = 0;
  let flushing: Promise<void> = Promise.resolve();

  function find({ schema, document, operationName }: AskedOperation): Known | null {
    const ofSchema = knownOf.get(schema) ?? new WeakMap<DocumentNode, KnownByName>();
    knownOf.set(schema, ofSchema);
    const ofDocument = ofSchema.get(document) ?? (new Map() as KnownByName);
    ofSchema.set(document, ofDocument);
    const known = ofDocument.get(operationName);
    if (known !== undefined) return known;
    const shape = shapeOf(schema, document, operationName);
    const node = getOperationAST(document, operationName);
    const found = shape && node ? { shape, telling: tellingVariables(schema, node) } : null;
    ofDocument.set(operationName, found);
    return found;
  }

  /** Begins the day of an instant, when it is another one. */
  function beginDay(ms: number): void {
    if (ms < dayEndsMs) return;
    dayEndsMs = (Math.floor(ms / DAY_MS) + 1) * DAY_MS;
    today = new Date(ms).toISOString().slice(0, DAY_CHARACTERS);
    signatures.clear();
    handedOver.clear();
  }

  /** Whether the client may have a signature more; who has had it today has it still. */
  function isTold(clientId: string, signature: string): boolean {
    const known = signatures.get(clientId) ?? new Set<string>();
    signatures.set(clientId, known);
    if (known.has(signature)) return true;
    if (known.size >= maxSignatures) return false;
    known.add(signature);
    return true;
  }

  function countOf(clientId: string, signature: string): Counted | null {
    const key = `${today} ${signature} ${clientId}`;
    const known = waiting.get(key);
    if (known !== undefined) return known;
    if (waiting.size >= MAX_WAITING) return null;
    const inVariables = new Map<Coordinate, number>();
    const fresh = { usedOn: today, clientId, signature, count: 0, lastUsedMs: 0, inVariables };
    waiting.set(key, fresh);
    return fresh;
  }

  function record(operation: AnsweredOperation): void {
    const known = find(operation);
    if (known === null || known.shape.coordinates.length === 0) return;
    const { shape, telling } = known;
    const ms = nowMs();
    beginDay(ms);
    const clientId = operation.viewer?.clientId ?? "";
    const told = isTold(clientId, shape.signature);
    const counted = countOf(clientId, told ? shape.signature : OTHER_OPERATIONS);
    if (counted === null) {
      missed += 1;
      return;
    }
    counted.count += 1;
    counted.lastUsedMs = ms;
    const given = coordinatesInVariables(telling, operation.variables);
    for (const coordinate of told ? given : new Set([...shape.coordinates, ...given])) {
      counted.inVariables.set(coordinate, (counted.inVariables.get(coordinate) ?? 0) + 1);
    }
    const handed = told ? shape : OTHER_SHAPE;
    if (!handedOver.has(handed.signature)) unknown.set(handed.signature, handed);
  }

  async function handOver(): Promise<void> {
    if (missed > 0) logger.warn({ missed }, "the use of operations was not counted");
    missed = 0;
    if (waiting.size === 0) return;
    const [uses, fresh, day] = [waiting, unknown, today];
    waiting = new Map();
    unknown = new Map();
    try {
      await store.add({ uses: [...uses.values()].map(useOf), shapes: [...fresh.values()] });
      if (day === today) for (const signature of fresh.keys()) handedOver.add(signature);
    } catch (error) {
      logger.warn({ err: error }, "the use of operations could not be kept, it is tried again");
      for (const [key, use] of uses) waiting.set(key, together(use, waiting.get(key)));
      for (const [signature, shape] of fresh) unknown.set(signature, shape);
    }
  }

  const flush = () => (flushing = flushing.then(handOver));
  const timer = setInterval(() => void flush(), flushEveryMs);
  timer.unref();
  return {
    shapeOf: (operation) => find(operation)?.shape ?? null,
    record,
    flush,
    stop: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}

function useOf({ lastUsedMs, ...use }: Counted): OperationUse {
  return { ...use, lastUsedAt: instantOf(new Date(lastUsedMs)) };
}

const OTHER_SHAPE: OperationShape = {
  signature: OTHER_OPERATIONS,
  operationName: null,
  kind: "query",
  coordinates: [],
};

function together(earlier: Counted, later: Counted | undefined): Counted {
  if (later === undefined) return earlier;
  const inVariables = new Map(earlier.inVariables);
  for (const [coordinate, count] of later.inVariables) {
    inVariables.set(coordinate, (inVariables.get(coordinate) ?? 0) + count);
  }
  return { ...later, count: earlier.count + later.count, inVariables };
}
