import { ERROR_CLASSES, EXCEPTION_OWNERS, EXCEPTION_RESOLUTIONS } from "@crossdock/domain";
import { Argument, Option, type Command } from "commander";
import {
  EXIT_CODES,
  fail,
  printAnswer,
  printRows,
  withCommonFlags,
  withProgress,
  type Column,
  type CommonFlags,
} from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";
import {
  assignException,
  explainException,
  listExceptions,
  resolveAll,
  resolveException,
  showException,
  type BulkOutcome,
  type ExceptionChoice,
  type ToldException,
} from "./exception-desk.ts";

type ChoiceFlags = Omit<ExceptionChoice, "ids"> & { readonly id?: string[] };
type NoteFlag = { readonly note: string };
type ListFlags = CommonFlags & ChoiceFlags & { readonly due?: boolean; readonly check?: boolean };
type BulkFlags = CommonFlags & ChoiceFlags & NoteFlag & { readonly dryRun?: boolean };

const COLUMNS: readonly Column<ToldException>[] = [
  { title: "ID", of: ({ id }) => id },
  { title: "DUE", of: ({ dueAt, isOverdue }) => `${dueAt}${isOverdue ? " overdue" : ""}` },
  { title: "OWNER", of: ({ owner }) => owner },
  { title: "ASSIGNEE", of: ({ assignee }) => assignee ?? "-" },
  { title: "CODE", of: ({ code }) => code },
  { title: "SUMMARY", of: ({ summary }) => summary },
];
const NOTHING = "Nothing waits for a person.";

/** `ctl exception …`: what waits for a person. */
export function addExceptionCommands(program: Command): void {
  const exception = program
    .command("exception")
    .description("What waits for a person: what nobody but a person can help.");

  choosing(withCommonFlags(exception.command("list")))
    .description("Prints what waits, newest first.")
    .option("--due", "what is due soonest first")
    .option("--check", "exits with 1 when something waits")
    .addHelpText(
      "after",
      examples("list --owner masterData", "list --overdue --due", "list --check"),
    )
    .action(async (flags: ListFlags) => {
      const waiting = await asOperator(flags, (address) =>
        listExceptions(address, choiceOf(flags), flags.due === true),
      );
      printRows(waiting, COLUMNS, { json: flags.json, whenEmpty: NOTHING });
      if (flags.check === true && waiting.length > 0) process.exitCode = EXIT_CODES.no;
    });

  withCommonFlags(exception.command("show"))
    .description(
      "Prints all that is known of one: what to do, what was asked, what the source said.",
    )
    .argument("<id>", "as `exception list` prints it")
    .action(async (id: string, flags: CommonFlags) => {
      const found = await asOperator(flags, (address) => showException(address, id));
      printAnswer(found, explainException(found), flags);
    });

  withCommonFlags(exception.command("assign"))
    .description("Says who works on one.")
    .argument("<id>", "as `exception list` prints it")
    .argument("[assignee]", "a person or a team; nobody any more when it is left out")
    .addHelpText("after", examples("assign 01KBX2K6R0V5-1 ann"))
    .action(async (id: string, who: string | undefined, flags: CommonFlags) => {
      const choice = { id, assignee: who ?? null };
      const told = await asOperator(flags, (address) => assignException(address, choice));
      printAnswer(told, `${told.id} is ${told.assignee ?? "nobody"}'s`, flags);
    });

  withCommonFlags(exception.command("resolve"))
    .description("Closes one as you decided, and deals with its command accordingly.")
    .argument("<id>", "as `exception list` prints it")
    .addArgument(resolution())
    .requiredOption("--note <text>", "why, for the record")
    .addHelpText("after", examples('resolve 01KBX2K6R0V5-1 CORRECTED --note "Raised by hand"'))
    .action(async (id: string, decided: string, flags: CommonFlags & NoteFlag) => {
      const decision = { id, resolution: decided, note: flags.note };
      const told = await asOperator(flags, (address) => resolveException(address, decision));
      printAnswer(told, `${told.id} is resolved: ${told.resolution}`, flags);
    });

  bulk(withCommonFlags(exception.command("resolve-all")))
    .description("Closes all that is chosen, oldest first; exits with 1 when some of it refuses.")
    .addArgument(resolution())
    .addHelpText("after", examples('resolve-all IGNORED --code FEED_TEST --note "A drill"'))
    .action((decided: string, flags: BulkFlags) => resolveChosen(decided, flags));

  bulk(withCommonFlags(exception.command("retry")))
    .description(
      "Tries all that is chosen again, oldest first; exits with 1 when some of it refuses.",
    )
    .addHelpText(
      "after",
      examples(
        "retry --code ITEM_BLOCKED --note Unblocked --dry-run",
        "retry --code ITEM_BLOCKED --note Unblocked",
      ),
    )
    .action((flags: BulkFlags) => resolveChosen("RETRIED", flags));
}

async function resolveChosen(resolution: string, flags: BulkFlags): Promise<void> {
  const choice = choiceOf(flags);
  if (Object.keys(choice).length === 0) {
    fail("say which: --code, --class, --owner, --assignee, --overdue or --id", EXIT_CODES.usage);
  }
  const { json, note } = flags;
  const waiting = await asOperator(flags, (address) => listExceptions(address, choice, true));
  if (flags.dryRun === true) {
    printRows(waiting, COLUMNS, { json, whenEmpty: NOTHING });
    return;
  }
  const decision = { choice, resolution, note };
  const outcome = await withProgress(resolution, Math.max(waiting.length, 1), (advance) =>
    asOperator(flags, (address) =>
      resolveAll(address, decision, (count) => {
        for (let done = 0; done < count; done += 1) advance();
      }),
    ),
  );
  printAnswer(outcome, explainBulk(outcome), { json });
  if (outcome.refused.length > 0) process.exitCode = EXIT_CODES.no;
}

function explainBulk({ done, refused, remaining }: BulkOutcome): string {
  const told = `${String(done)} ${done === 1 ? "is" : "are"} dealt with, ${String(remaining)} remain`;
  return [told, ...refused.map(({ id, message }) => `${id}: ${message}`)].join("\n");
}

function choosing(command: Command): Command {
  return command
    .option("--code <code>", "only those that stopped for this reason, e.g. ITEM_BLOCKED")
    .addOption(new Option("--class <class>", "only of this kind of trouble").choices(ERROR_CLASSES))
    .addOption(
      new Option("--owner <owner>", "only those that one of these can lift").choices(
        EXCEPTION_OWNERS,
      ),
    )
    .option("--assignee <name>", "only those on which this person or team works")
    .option("--overdue", "only those that should have been dealt with by now")
    .option("--id <id>", "only this one; may be repeated, up to 100 times", addText);
}

function bulk(command: Command): Command {
  return choosing(command)
    .requiredOption("--note <text>", "why, for the record")
    .option("--dry-run", "prints what would be dealt with and does nothing");
}

function choiceOf({ id, ...flags }: ChoiceFlags): ExceptionChoice {
  const { code, class: errorClass, owner, assignee, overdue } = flags;
  return {
    ...(id === undefined ? {} : { ids: id }),
    ...(code === undefined ? {} : { code }),
    ...(errorClass === undefined ? {} : { class: errorClass }),
    ...(owner === undefined ? {} : { owner }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(overdue === undefined ? {} : { overdue }),
  };
}

function resolution(): Argument {
  return new Argument("<resolution>", "what you decided").choices(EXCEPTION_RESOLUTIONS);
}

function addText(raw: string, before: string[] = []): string[] {
  return [...before, raw];
}

function examples(...lines: readonly string[]): string {
  return ["", "Examples:", ...lines.map((line) => `  ctl exception ${line}`)].join("\n");
}
