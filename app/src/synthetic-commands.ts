import type { Command } from "commander";
import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";
import {
  EXIT_CODES,
  printAnswer,
  printRows,
  withCommonFlags,
  type CommonFlags,
} from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";

const run = z.object({
  id: z.string(),
  askedBy: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  outcome: z.string().nullable(),
  stages: z.array(z.object({ stage: z.string(), durationMs: z.number() })),
  failedStage: z.string().nullable(),
  reason: z.string().nullable(),
  orderId: z.string().nullable(),
});
type Run = z.output<typeof run>;

const FIELDS =
  "id askedBy startedAt finishedAt outcome stages { stage durationMs } failedStage reason orderId";
const LOOK_EVERY_MS = 1_000;
/** Longer than a run may take by its stages' patience, as it is when left out. */
const MAX_WAIT_MS = 1_200_000;

/** `ctl synthetic …`: orders that only find out whether the path of an order works. */
export function addSyntheticCommands(program: Command): void {
  const synthetic = program
    .command("synthetic")
    .description(
      "Orders that only find out whether the path of an order works, and are taken back.",
    );

  withCommonFlags(synthetic.command("run"))
    .description(
      "Places one, waits until it is taken back, and exits with 1 when it did not come through.",
    )
    .addHelpText(
      "after",
      `
Needs operations.synthetic in crossdock.yaml. What was SKIPPED, because little is in stock, exits with 0.

Examples:
  ctl synthetic run
  ctl synthetic run --json | jq .failedStage`,
    )
    .action(async (flags: CommonFlags) => {
      const ended = await asOperator(flags, runToItsEnd);
      printAnswer(ended, explain(ended), flags);
      if (ended.outcome === "FAILED") process.exitCode = EXIT_CODES.no;
    });

  withCommonFlags(synthetic.command("list"))
    .description("Prints the last ones, newest first.")
    .action(async (flags: CommonFlags) => {
      const runs = await asOperator(flags, listRuns);
      printRows(
        runs,
        [
          { title: "run", of: ({ id }) => id },
          { title: "began", of: ({ startedAt }) => startedAt },
          { title: "asked by", of: ({ askedBy }) => askedBy },
          { title: "outcome", of: ({ outcome }) => outcome ?? "under way" },
          { title: "seconds", of: ({ stages }) => secondsOf(stages) },
          { title: "stopped at", of: ({ failedStage }) => failedStage ?? "" },
        ],
        { json: flags.json, whenEmpty: "No synthetic order was placed." },
      );
    });
}

async function listRuns(address: StackAddress): Promise<Run[]> {
  const query = `{ syntheticRuns(first: 50) { ${FIELDS} } }`;
  const { syntheticRuns } = await askStack(
    address,
    { query },
    z.object({ syntheticRuns: z.array(run) }),
  );
  return syntheticRuns;
}

/** @throws {Error} when none may begin now, or it does not end */
async function runToItsEnd(address: StackAddress): Promise<Run> {
  const begin = { query: `mutation { runSyntheticOrder { ${FIELDS} } }` };
  const begun = await askStack(address, begin, z.object({ runSyntheticOrder: run }));
  const { id } = begun.runSyntheticOrder;
  const untilMs = Date.now() + MAX_WAIT_MS;
  const query = `query ($id: ID!) { syntheticRun(id: $id) { ${FIELDS} } }`;
  while (Date.now() < untilMs) {
    const shape = z.object({ syntheticRun: run.nullable() });
    const { syntheticRun } = await askStack(address, { query, variables: { id } }, shape);
    if (syntheticRun !== null && syntheticRun.finishedAt !== null) return syntheticRun;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error(`Run ${id} does not end.`);
}

function explain({ id, outcome, stages, failedStage, reason }: Run): string {
  const times = stages.map(({ stage, durationMs }) => `  ${stage}  ${String(durationMs)} ms`);
  const why = reason === null ? [] : [`  ${failedStage ?? "reason"}: ${reason}`];
  return [`synthetic order ${id}: ${outcome ?? "under way"}`, ...times, ...why].join("\n");
}

function secondsOf(stages: Run["stages"]): string {
  const ms = stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return (ms / 1_000).toFixed(1);
}
