import { InvalidArgumentError, type Command } from "commander";
import {
  cancelCommand,
  editCommand,
  retryCommand,
  showCommand,
  skipCommand,
  type ToldCommand,
} from "./command-desk.ts";
import { printAnswer, withCommonFlags, type CommonFlags } from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";

type ReasonFlag = { readonly reason: string };
type NoteFlag = { readonly note: string };
type EditFlags = CommonFlags & NoteFlag & { readonly changes: object };

/** `ctl command …`: one command, by its id. */
export function addCommandCommands(program: Command): void {
  const command = program.command("command").description("A command, by its id.");

  withCommonFlags(command.command("show"))
    .description("Prints how far it is, and what went wrong last.")
    .argument("<id>")
    .action(async (id: string, flags: CommonFlags) => {
      const found = await asOperator(flags, (address) => showCommand(address, id));
      const lines = Object.entries(found).filter(([, value]) => value !== null);
      const textOf = (value: unknown) =>
        typeof value === "string" ? value : JSON.stringify(value);
      const text = lines.map(([name, value]) => `${name}: ${textOf(value)}`).join("\n");
      printAnswer(found, text, flags);
    });

  withCommonFlags(command.command("retry"))
    .description("Tries a command again that waits for a person.")
    .argument("<id>")
    .action(async (id: string, flags: CommonFlags) => {
      tell(await asOperator(flags, (address) => retryCommand(address, id)), flags);
    });

  withCommonFlags(command.command("edit"))
    .description("Changes what a command that waits for a person asks for, and tries it again.")
    .argument("<id>")
    .requiredOption("--changes <json>", "only what changes; a list is replaced whole", parseObject)
    .requiredOption("--note <text>", "why, for the record")
    .addHelpText(
      "after",
      `
\`exception show\` prints what can be changed.

Example:
  ctl command edit 01KBX2K6R0V5 --changes '{"customerReference":"PO-118"}' --note "As the buyer wrote"`,
    )
    .action(async (id: string, flags: EditFlags) => {
      const { changes, note } = flags;
      const given = { id, changes, note };
      tell(await asOperator(flags, (address) => editCommand(address, given)), flags);
    });

  withCommonFlags(command.command("skip"))
    .description("Leaves out for good what it is for; what it is a step of goes on.")
    .argument("<id>")
    .requiredOption("--note <text>", "why, for the record")
    .action(async (id: string, flags: CommonFlags & NoteFlag) => {
      const given = { id, note: flags.note };
      tell(await asOperator(flags, (address) => skipCommand(address, given)), flags);
    });

  withCommonFlags(command.command("cancel"))
    .description("Takes back a command that no source can have received.")
    .argument("<id>")
    .requiredOption("--reason <text>", "why, for the record")
    .action(async (id: string, flags: CommonFlags & ReasonFlag) => {
      const given = { id, reason: flags.reason };
      tell(await asOperator(flags, (address) => cancelCommand(address, given)), flags);
    });
}

function tell(told: ToldCommand, flags: CommonFlags): void {
  printAnswer(told, `${told.id} is ${told.status}`, flags);
}

function parseObject(raw: string): object {
  try {
    const parsed: unknown = JSON.parse(raw);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    throw new InvalidArgumentError("It is not JSON.");
  }
  throw new InvalidArgumentError("It is not an object.");
}
