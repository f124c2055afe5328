import { Option, type Command } from "commander";
import { EXIT_CODES, printAnswer, withCommonFlags } from "./ctl-output.ts";
import type { CommonFlags } from "./ctl-output.ts";
import { ctlEnvironment } from "./ctl-environment.ts";
import { asOperator } from "./ctl-stack.ts";
import {
  ACCESS_FORMATS,
  exportAccesses,
  type AccessChoice,
  type AccessFormat,
} from "./export-accesses.ts";
import { explainVerification, verifyAudit } from "./verify-audit.ts";

type ExportFlags = AccessChoice & { readonly url: string; readonly format: AccessFormat };

/** `ctl audit …`: what was done, and whether the record of it is as it was written. */
export function addAuditCommands(program: Command): void {
  const audit = program
    .command("audit")
    .description("What was done: every step of every command, and who read or changed what.");

  withCommonFlags(audit.command("verify"))
    .description("Asks the running stack whether the commands' chain holds; exits with 1 if not.")
    .action(async (flags: CommonFlags) => {
      const verification = await asOperator(flags, verifyAudit);
      printAnswer(verification, explainVerification(verification), flags);
      if (!verification.holds) process.exitCode = EXIT_CODES.no;
    });

  audit
    .command("export")
    .description("Prints who read or changed what through the API, a line for each request.")
    .requiredOption("--from <instant>", "then or later, e.g. 2026-11-21T08:00:00Z")
    .requiredOption("--to <instant>", "before")
    .option("--client <id>", "by this application only")
    .option("--subject <subject>", "of this thing only, e.g. order:7K3QF9M2ZT")
    .addOption(new Option("--format <format>").choices(ACCESS_FORMATS).default("ndjson"))
    .option("--url <url>", "where the stack is", ctlEnvironment.url)
    .action(async ({ url, format, ...choice }: ExportFlags) => {
      await asOperator({ url }, (address) =>
        exportAccesses(address, choice, { format, to: process.stdout }),
      );
    });
}
