import { deprecatedUse, explainCheck, explainDeprecations } from "@crossdock/gateway/schema-check";
import { InvalidArgumentError, type Command } from "commander";
import type { AsOperator } from "./partner-commands.ts";
import { checkAgainstStack, findSchemaInUse, pullUse } from "./schema-desk.ts";
import { USAGE_KEPT_DAYS } from "./usage-book.ts";

type CommonFlags = { readonly url: string; readonly days: number };
type JsonFlag = { readonly json?: boolean };
type CheckFlags = JsonFlag & { readonly glossary: string; readonly manifests?: string };

const WRONG_USAGE = 2;
const DEFAULT_DAYS = 30;
const DAY_CHARACTERS = "2026-11-22".length;

/**
 * `ctl schema …` and `ctl deprecations`: what a change of the schema would break, and who has to be told. Exits with 0 when it
 * is done, with 1 when it is refused, and with 2 when the command is not written as it has to be.
 */
export function addSchemaCommands(
  program: Command,
  { asOperator, defaultUrl }: { readonly asOperator: AsOperator; readonly defaultUrl: string },
): void {
  const askingUse = (command: Command) =>
    command
      .option("--days <number>", "how far back usage counts", parseDays, DEFAULT_DAYS)
      .option("--url <url>", "where the stack is", defaultUrl)
      .exitOverride((error) => {
        process.exit(error.exitCode === 0 ? 0 : WRONG_USAGE);
      });
  const print = (text: string) => process.stdout.write(`${text}\n`);

  const schema = program.command("schema").description("The public schema, and those who use it.");

  askingUse(schema.command("check"))
    .description(
      "Tells what a schema would break of what the running stack serves, and for whom; exits with 1 if it may not be served.",
    )
    .argument("[file]", "supergraph.yaml, a composed supergraph, or a folder", "supergraph.yaml")
    .option("--glossary <file>", "the rules' glossary", "schema/glossary.yaml")
    .option("--manifests <folder>", "Apollo manifests that count as promoted: <client id>.json")
    .option("--json", "prints all that was found, for programs")
    .action(
      async (file: string, { url, days, glossary, manifests, json }: CommonFlags & CheckFlags) => {
        const choice = { file, days, glossary, manifests };
        const check = await asOperator({ url }, (address) => checkAgainstStack(address, choice));
        print(json === true ? JSON.stringify(check, null, 2) : explainCheck(check));
        if (!check.isOk) process.exitCode = 1;
      },
    );

  askingUse(schema.command("pull"))
    .description("Keeps what is in use in a file, by which `npm run schema:check` judges.")
    .argument("[file]", "where", "schema/in-use.json")
    .action(async (file: string, { url, days }: CommonFlags) => {
      print(await asOperator({ url }, (address) => pullUse(address, file, days)));
    });

  askingUse(program.command("deprecations"))
    .description("Prints what is going away, until when it is served, and who still uses it.")
    .option("--json", "prints it for programs")
    .action(async ({ url, days, json }: CommonFlags & JsonFlag) => {
      const { supergraphSdl, use } = await asOperator({ url }, (address) =>
        findSchemaInUse(address, days),
      );
      const found = deprecatedUse(supergraphSdl, use);
      const today = new Date().toISOString().slice(0, DAY_CHARACTERS);
      print(
        json === true ? JSON.stringify(found, null, 2) : explainDeprecations(found, days, today),
      );
    });
}

function parseDays(raw: string): number {
  const days = Number(raw);
  if (Number.isInteger(days) && days >= 1 && days <= USAGE_KEPT_DAYS) return days;
  throw new InvalidArgumentError(`It is not a whole number from 1 to ${String(USAGE_KEPT_DAYS)}.`);
}
