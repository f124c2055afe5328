import { InvalidArgumentError, type Command } from "commander";
import { printAnswer, withCommonFlags, type CommonFlags } from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";
import {
  explainQuarantine,
  explainReplay,
  listQuarantined,
  releaseEvent,
  replayEvents,
} from "./event-desk.ts";

type ReplayFlags = CommonFlags & {
  readonly id?: string[];
  readonly subject?: string;
  readonly type?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly consumer?: string;
  readonly dryRun?: boolean;
};

/** `ctl replay` and `ctl events …`: the event log. */
export function addEventCommands(program: Command): void {
  withCommonFlags(program.command("replay"))
    .description(
      "Gives events of the log to their consumers again; what was done already stays so.",
    )
    .option("--id <id>", "this event; may be repeated", addText)
    .option("--subject <subject>", "about this thing, e.g. order:7K3QF9M2ZT")
    .option("--type <type>", "of this type, e.g. orders.orderChanged; may be repeated", addText)
    .option("--from <instant>", "recorded then or later, e.g. 2026-11-21T08:00:00Z")
    .option("--to <instant>", "recorded before")
    .option("--consumer <name>", "to this consumer only, e.g. reread")
    .option("--dry-run", "prints what would be done and does nothing")
    .action(async (flags: ReplayFlags) => {
      const { id: ids, subject: subjectId, type: types, from, to, consumer } = flags;
      const { dryRun = false } = flags;
      const input = { ids, subjectId, types, from, to, consumer };
      const replay = await asOperator(flags, (address) => replayEvents(address, { input, dryRun }));
      printAnswer(replay, explainReplay(replay, dryRun), flags);
    });

  const events = program.command("events").description("The event log.");

  withCommonFlags(events.command("quarantine"))
    .description("Prints the events that cannot be read, why, and their data.")
    .action(async (flags: CommonFlags) => {
      const waiting = await asOperator(flags, listQuarantined);
      printAnswer(waiting, explainQuarantine(waiting), flags);
    });

  withCommonFlags(events.command("release"))
    .description("Appends an event of the quarantine again, where every follower gets it once.")
    .argument("<id>", "as `events quarantine` prints it")
    .option("--data <json>", "the repaired data; left out, what was recorded", parseJsonFlag)
    .action(async (id: string, flags: CommonFlags & { readonly data?: unknown }) => {
      const { data } = flags;
      const told = await asOperator(flags, (address) => releaseEvent(address, { id, data }));
      printAnswer({ told }, told, flags);
    });
}

function addText(raw: string, before: string[] = []): string[] {
  return [...before, raw];
}

function parseJsonFlag(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    throw new InvalidArgumentError("It is not JSON.");
  }
}
