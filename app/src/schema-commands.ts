import { InvalidArgumentError, type Command } from "commander";
import { EXIT_CODES, printAnswer, withCommonFlags, type CommonFlags } from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";
import { USAGE_KEPT_DAYS } from "./usage-kept-days.ts";

/** Composition is four hundred modules, which no other command needs. */
const rules = () => import("@crossdock/gateway/schema-check");
const desk = () => import("./schema-desk.ts");

type UseFlags = CommonFlags & { readonly days: number };
type CheckFlags = UseFlags & { readonly glossary: string; readonly manifests?: string };

const DEFAULT_DAYS = 30;
const DAY_CHARACTERS = "2026-11-22".length;

/** `ctl schema …` and `ctl deprecations`: what a change of the schema would break, and who has to be told. */
export function addSchemaCommands(program: Command): void {
  const askingUse = (command: Command) =>
    withCommonFlags(command).option(
      "--days <number>",
      "how far back usage counts",
      parseDays,
      DEFAULT_DAYS,
    );

  const schema = program.command("schema").description("The public schema, and those who use it.");

  askingUse(schema.command("check"))
    .description(
      "Tells what a schema would break of what the running stack serves, and for whom; exits with 1 if it may not be served.",
    )
    .argument("[file]", "supergraph.yaml, a composed supergraph, or a folder", "supergraph.yaml")
    .option("--glossary <file>", "the rules' glossary", "schema/glossary.yaml")
    .option("--manifests <folder>", "Apollo manifests that count as promoted: <client id>.json")
    .action(async (file: string, flags: CheckFlags) => {
      const { days, glossary, manifests } = flags;
      const { checkAgainstStack } = await desk();
      const { explainCheck } = await rules();
      const choice = { file, days, glossary, manifests };
      const check = await asOperator(flags, (address) => checkAgainstStack(address, choice));
      printAnswer(check, explainCheck(check), flags);
      if (!check.isOk) process.exitCode = EXIT_CODES.no;
    });

  askingUse(schema.command("pull"))
    .description("Keeps what is in use in a file, by which `npm run schema:check` judges.")
    .argument("[file]", "where", "schema/in-use.json")
    .action(async (file: string, flags: UseFlags) => {
      const { pullUse } = await desk();
      const told = await asOperator(flags, (address) => pullUse(address, file, flags.days));
      printAnswer({ told }, told, flags);
    });

  askingUse(program.command("deprecations"))
    .description("Prints what is going away, until when it is served, and who still uses it.")
    .action(async (flags: UseFlags) => {
      const { findSchemaInUse } = await desk();
      const { deprecatedUse, explainDeprecations } = await rules();
      const { supergraphSdl, use } = await asOperator(flags, (address) =>
        findSchemaInUse(address, flags.days),
      );
      const found = deprecatedUse(supergraphSdl, use);
      const today = new Date().toISOString().slice(0, DAY_CHARACTERS);
      printAnswer(found, explainDeprecations(found, flags.days, today), flags);
    });
}

function parseDays(raw: string): number {
  const days = Number(raw);
  if (Number.isInteger(days) && days >= 1 && days <= USAGE_KEPT_DAYS) return days;
  throw new InvalidArgumentError(`It is not a whole number from 1 to ${String(USAGE_KEPT_DAYS)}.`);
}
