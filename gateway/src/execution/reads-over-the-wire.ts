import { parseInstant } from "@crossdock/domain";
import type { Instant } from "@crossdock/domain";
import type { ReadsTaken, ReadTally } from "@crossdock/runtime";
import type { ExecutionResult } from "graphql";
import { z } from "zod";

/**
 * A subgraph's result with what it took to make it, in `extensions.reads`: how a subgraph in another
 * process, and one event of a subscription, tell it to the gateway.
 */
export function withReads(result: ExecutionResult, reads: ReadsTaken): ExecutionResult {
  const { sourceCalls, cached, stale, staleSince, missing } = reads;
  if (sourceCalls + cached + stale + missing.size === 0) return result;
  const told = {
    sourceCalls,
    cached,
    stale,
    staleSince: Object.fromEntries(staleSince),
    missing: [...missing],
  };
  return { ...result, extensions: { ...result.extensions, reads: told } };
}

/** Adds what a subgraph tells with its result. What cannot be read of that counts as nothing. */
export function addReads(reads: ReadTally, { extensions }: ExecutionResult): void {
  const given = extensions?.["reads"];
  if (given === undefined) return;
  const told = TOLD.safeParse(given);
  if (told.success) reads.add(told.data);
}

const count = z.number().int().min(0).max(1_000_000);

/** Sources are few: more names than this are somebody's mistake. */
const MAX_SOURCES = 32;

const TOLD = z.object({
  sourceCalls: count,
  cached: count,
  stale: count,
  staleSince: z
    .record(z.string().min(1).max(100), z.string().transform(instantOrRefusal))
    .transform((since) => new Map(Object.entries(since)))
    .refine(({ size }) => size <= MAX_SOURCES),
  // A subgraph that was built before there was such a thing says nothing of it.
  missing: z
    .array(z.string().min(1).max(100))
    .max(MAX_SOURCES)
    .default([])
    .transform((sources) => new Set(sources)),
});

function instantOrRefusal(text: string, context: z.RefinementCtx): Instant {
  try {
    return parseInstant(text);
  } catch {
    context.addIssue({ code: "custom", message: "not an instant" });
    return z.NEVER;
  }
}
