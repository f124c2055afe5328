import { LANES } from "@crossdock/commands/lanes";
import { Argument, type Command } from "commander";
import {
  EXIT_CODES,
  printAnswer,
  printRows,
  withCommonFlags,
  type Column,
  type CommonFlags,
} from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";
import {
  listPauses,
  PAUSABLE,
  pauseOne,
  resumeOne,
  type Pausable,
  type ToldPause,
} from "./pause-desk.ts";

type ReasonFlag = { readonly reason: string };

const COLUMNS: readonly Column<ToldPause>[] = [
  { title: "WHAT", of: ({ scope, name }) => `${scope.toLowerCase()} ${name}` },
  { title: "SINCE", of: ({ pausedAt }) => pausedAt },
  { title: "BY", of: ({ pausedBy }) => pausedBy },
  { title: "HOLDS", of: ({ waiting }) => String(waiting) },
  { title: "REASON", of: ({ reason }) => reason },
];

const WHAT: Readonly<Record<Pausable, string>> = {
  lane: "all commands to one system; they are accepted and wait",
  source: "one system whole: commands, feeds and inquiries",
  partner: "one application, to which nothing is answered",
};

/** `ctl pause …` and `ctl resume …`: stops something for a while, and lets it go on. */
export function addPauseCommands(program: Command): void {
  const pause = program.command("pause").description("Stops something until it is resumed.");
  const resume = program.command("resume").description("Lets go on what is paused.");

  withCommonFlags(pause.command("list"))
    .description("Prints what is paused now, and how many commands that holds.")
    .option("--check", "exits with 1 when something is paused")
    .action(async (flags: CommonFlags & { readonly check?: boolean }) => {
      const paused = await asOperator(flags, listPauses);
      printRows(paused, COLUMNS, { json: flags.json, whenEmpty: "Nothing is paused." });
      if (flags.check === true && paused.length > 0) process.exitCode = EXIT_CODES.no;
    });

  for (const kind of PAUSABLE) {
    withCommonFlags(pause.command(kind))
      .description(`Stops ${WHAT[kind]}.`)
      .addArgument(nameOf(kind))
      .requiredOption("--reason <text>", "for the record")
      .addHelpText("after", `\nExample:\n  ctl pause ${EXAMPLES[kind]} --reason "Month end"`)
      .action(async (name: string, flags: CommonFlags & ReasonFlag) => {
        const target = { kind, name, reason: flags.reason };
        const told = await asOperator(flags, (address) => pauseOne(address, target));
        const text = `${kind} ${name} is paused since ${told.pausedAt}: ${told.reason}`;
        printAnswer(told, text, flags);
      });

    withCommonFlags(resume.command(kind))
      .description(`Goes on with ${WHAT[kind]}.`)
      .addArgument(nameOf(kind))
      .addHelpText("after", `\nExample:\n  ctl resume ${EXAMPLES[kind]}`)
      .action(async (name: string, flags: CommonFlags) => {
        const target = { kind, name };
        const told = await asOperator(flags, (address) => resumeOne(address, target));
        printAnswer(told, `${kind} ${name} goes on since ${String(told.resumedAt)}`, flags);
      });
  }
}

const EXAMPLES: Readonly<Record<Pausable, string>> = {
  lane: "lane erp",
  source: "source wms",
  partner: "partner acme-edi",
};

function nameOf(kind: Pausable): Argument {
  return kind === "partner"
    ? new Argument("<clientId>", "as in its tokens")
    : new Argument("<system>", "which").choices(LANES);
}
