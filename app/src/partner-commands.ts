import { InvalidArgumentError, Option, type Command } from "commander";
import { printAnswer, withCommonFlags, type CommonFlags } from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";
import { parseDurationSeconds } from "./duration.ts";
import {
  changePartner,
  createPartner,
  explainKey,
  explainPartner,
  explainPartners,
  findPartner,
  listPartners,
  resumePartner,
  revokeKeys,
  rotateKey,
  suspendPartner,
  type TermsChoice,
} from "./partner-desk.ts";

type TermsFlags = {
  readonly name?: string;
  readonly customer?: string[];
  readonly scope?: string[];
  readonly operations?: string;
  readonly points?: number;
  readonly concurrent?: number;
  readonly sourceCalls?: number;
};
type LifeFlag = { readonly expires?: number };

const DEFAULT_OVERLAP = "24h";

/** `ctl partner …`: what is agreed with partners, and their keys. */
export function addPartnerCommands(program: Command): void {
  const partner = program
    .command("partner")
    .description("Those who work with the distributor by program, and their API keys.");
  const add = (usage: string, description: string) =>
    withCommonFlags(partner.command(usage)).description(description);
  const tell = (flags: CommonFlags, answer: unknown, text: string) => {
    printAnswer(answer, text, flags);
  };

  withTerms(add("create <clientId>", "Agrees with a partner, and prints its first key."))
    .option("--expires <duration>", "the life of the key, e.g. 365d", parseDurationSeconds)
    .action(async (clientId: string, flags: CommonFlags & TermsFlags & LifeFlag) => {
      const made = await asOperator(flags, (address) =>
        createPartner(address, clientId, termsOf(flags), flags.expires ?? null),
      );
      tell(flags, made, `partner ${made.partner.clientId} is there\n${explainKey(made.key)}`);
    });

  add("list", "Prints all partners.").action(async (flags: CommonFlags) => {
    const found = await asOperator(flags, listPartners);
    tell(flags, found, explainPartners(found));
  });

  add(
    "show <clientId>",
    "Prints what is agreed with one, and its keys without their secrets.",
  ).action(async (clientId: string, flags: CommonFlags) => {
    const found = await asOperator(flags, (address) => findPartner(address, clientId));
    tell(flags, found, explainPartner(found, new Date()));
  });

  withTerms(add("change <clientId>", "Agrees on something else; what is left out stays.")).action(
    async (clientId: string, flags: CommonFlags & TermsFlags) => {
      const changed = await asOperator(flags, (address) =>
        changePartner(address, clientId, termsOf(flags)),
      );
      tell(flags, changed, explainPartners([changed]));
    },
  );

  add("rotate <clientId>", "Prints a new key; the one before it goes on for a while.")
    .addOption(
      new Option("--overlap <duration>", "how long it goes on, e.g. 0s or 7d")
        .argParser(parseDurationSeconds)
        .default(parseDurationSeconds(DEFAULT_OVERLAP), DEFAULT_OVERLAP),
    )
    .option("--expires <duration>", "the life of the new key, e.g. 365d", parseDurationSeconds)
    .action(
      async (clientId: string, flags: CommonFlags & LifeFlag & { readonly overlap: number }) => {
        const { overlap: overlapSeconds, expires: keyLifeSeconds = null } = flags;
        const key = await asOperator(flags, (address) =>
          rotateKey(address, clientId, { overlapSeconds, keyLifeSeconds }),
        );
        tell(flags, key, explainKey(key));
      },
    );

  add("revoke <clientId>", "Ends keys now, with all that is open by them.")
    .option("--key <id>", "this one, as `partner show` prints it")
    .option("--all", "all that it has")
    .action(
      async (
        clientId: string,
        flags: CommonFlags & { readonly key?: string; readonly all?: boolean },
      ) => {
        if ((flags.key === undefined) === (flags.all !== true)) {
          program.error("error: say which: --key <id>, or --all");
        }
        const { revoked } = await asOperator(flags, (address) =>
          revokeKeys(address, clientId, flags.key ?? null),
        );
        tell(flags, { revoked }, `${String(revoked)} keys of ${clientId} ended now`);
      },
    );

  add("suspend <clientId>", "Answers a partner no more, until it is resumed.").action(
    async (clientId: string, flags: CommonFlags) => {
      const told = await asOperator(flags, (address) => suspendPartner(address, clientId));
      tell(flags, told, `${clientId} is suspended`);
    },
  );

  add("resume <clientId>", "Answers a suspended partner again.").action(
    async (clientId: string, flags: CommonFlags) => {
      const told = await asOperator(flags, (address) => resumePartner(address, clientId));
      tell(flags, told, `${clientId} is active`);
    },
  );
}

function withTerms(command: Command): Command {
  return command
    .option("--name <text>", "its name, for people")
    .option("--customer <number>", "an account that it sees; may be repeated", addText)
    .option("--scope <scope>", "what it may do; may be repeated; all of a partner's", addText)
    .option("--operations <mode>", "what it may send: open, log, safelist or persistedOnly")
    .option("--points <n>", "what its operations may cost in any minute", parseCount)
    .option("--concurrent <n>", "its operations under way at once", parseCount)
    .option("--source-calls <n>", "calls of the sources in any minute", parseCount);
}

function termsOf(flags: TermsFlags): TermsChoice {
  const { name, customer, scope, operations, points, concurrent, sourceCalls } = flags;
  return {
    ...(name === undefined ? {} : { name }),
    ...(customer === undefined ? {} : { customers: customer }),
    ...(scope === undefined ? {} : { scopes: scope }),
    ...(operations === undefined ? {} : { operations }),
    ...(points === undefined ? {} : { pointsPerMinute: points }),
    ...(concurrent === undefined ? {} : { concurrentOperations: concurrent }),
    ...(sourceCalls === undefined ? {} : { sourceCallsPerMinute: sourceCalls }),
  };
}

function addText(raw: string, before: string[] = []): string[] {
  return [...before, raw];
}

function parseCount(raw: string): number {
  if (/^\d{1,9}$/.test(raw)) return Number(raw);
  throw new InvalidArgumentError("It is not a whole number.");
}
