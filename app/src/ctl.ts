import {
  EXCEPTION_OWNERS,
  EXCEPTION_RESOLUTIONS,
  parseCustomerNumber,
  ROLES,
} from "@crossdock/domain";
import type { CustomerNumber, Role } from "@crossdock/domain";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import type { StackAddress } from "./ask-stack.ts";
import { CONTRACTS, diffContracts, showContract, type ContractName } from "./contract-desk.ts";
import { parseDurationSeconds } from "./duration.ts";
import {
  explainQuarantine,
  explainReplay,
  listQuarantined,
  releaseEvent,
  replayEvents,
} from "./event-desk.ts";
import {
  ACCESS_FORMATS,
  exportAccesses,
  type AccessChoice,
  type AccessFormat,
} from "./export-accesses.ts";
import { openLocalIssuer } from "./local-issuer.ts";
import {
  cancelCommand,
  explainExceptions,
  listExceptions,
  resolveException,
  retryAll,
  retryCommand,
  type ExceptionChoice,
} from "./operator-desk.ts";
import { addManifestCommands } from "./manifest-commands.ts";
import { addPartnerCommands } from "./partner-commands.ts";
import { addSchemaCommands } from "./schema-commands.ts";
import {
  breaksNothing,
  checkSupergraph,
  explainInspection,
  reloadSupergraph,
} from "./supergraph-desk.ts";
import { explainVerification, verifyAudit } from "./verify-audit.ts";

const DEFAULT_DATA_DIRECTORY = ".crossdock";
/** An account of the demo data: what a customer's token sees unless it is told otherwise. */
const DEMO_CUSTOMER = parseCustomerNumber("C10010");
/** The distributor's own people, and those who work for it, see every account. */
const SEES_ALL: ReadonlySet<Role> = new Set<Role>(["operator", "carrier", "finance"]);

const DEFAULT_URL = `http://127.0.0.1:${process.env["PORT"] ?? "4000"}`;
const OPERATOR_TOKEN_SECONDS = 60;

type TokenFlags = { readonly customer?: CustomerNumber[]; readonly ttl: number };
type StackFlags = { readonly url: string };
type NoteFlag = { readonly note: string };
type ReasonFlag = { readonly reason: string };
type ReplayFlags = {
  readonly id?: string[];
  readonly subject?: string;
  readonly type?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly consumer?: string;
  readonly dryRun?: boolean;
};

/** `npm run --silent ctl -- <command>`: work on the local stack from a shell. Prints the result only. */
const program = new Command("ctl").description("Works on the local Crossdock stack.");

program
  .command("token")
  .description("Prints a bearer token for the local stack.")
  .addArgument(new Argument("<role>", "who the token is for").choices(ROLES))
  .option("--customer <number>", "an account that it may see; may be repeated", addCustomer)
  .addOption(
    new Option("--ttl <duration>", "how long it is valid: 30s, 15m, 8h or 7d")
      .argParser(parseDurationSeconds)
      .default(parseDurationSeconds("8h"), "8h"),
  )
  .action(async (role: Role, { customer, ttl: ttlSeconds }: TokenFlags) => {
    const issuer = await openLocalIssuer(process.env["CROSSDOCK_DATA"] ?? DEFAULT_DATA_DIRECTORY);
    const customers = customer ?? (SEES_ALL.has(role) ? "all" : [DEMO_CUSTOMER]);
    process.stdout.write(`${await issuer.mintToken({ role, customers, ttlSeconds })}\n`);
  });

const audit = program
  .command("audit")
  .description("What was done: every step of every command, and who read or changed what.");

audit
  .command("verify")
  .description("Asks the running stack whether the commands' chain holds; exits with 1 if not.")
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async (flags: StackFlags) => {
    const verification = await asOperator(flags, verifyAudit);
    process.stdout.write(`${explainVerification(verification)}\n`);
    if (!verification.holds) process.exitCode = 1;
  });

audit
  .command("export")
  .description("Prints who read or changed what through the API, a line for each request.")
  .requiredOption("--from <instant>", "then or later, e.g. 2026-11-21T08:00:00Z")
  .requiredOption("--to <instant>", "before")
  .option("--client <id>", "by this application only")
  .option("--subject <subject>", "of this thing only, e.g. order:7K3QF9M2ZT")
  .addOption(new Option("--format <format>").choices(ACCESS_FORMATS).default("ndjson"))
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(
    async ({
      url,
      format,
      ...choice
    }: StackFlags & AccessChoice & { readonly format: AccessFormat }) => {
      await asOperator({ url }, (address) =>
        exportAccesses(address, choice, { format, to: process.stdout }),
      );
    },
  );

const exception = program
  .command("exception")
  .description("What waits for a person: commands that nobody but a person can help.");

exception
  .command("list")
  .description("Prints what waits, newest first, and what to do about it.")
  .option("--code <code>", "only those that stopped for this reason, e.g. ITEM_BLOCKED")
  .option(
    "--owner <owner>",
    `only those that one of these can lift: ${EXCEPTION_OWNERS.join(", ")}`,
  )
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async ({ url, ...choice }: StackFlags & ExceptionChoice) => {
    const waiting = await asOperator({ url }, (address) => listExceptions(address, choice));
    process.stdout.write(`${explainExceptions(waiting)}\n`);
  });

exception
  .command("resolve")
  .description("Closes one as you decided, and deals with its command accordingly.")
  .argument("<id>", "of the exception, as `exception list` prints it")
  .addArgument(new Argument("<resolution>", "what you decided").choices(EXCEPTION_RESOLUTIONS))
  .requiredOption("--note <text>", "why, for the record")
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async (id: string, resolution: string, { url, note }: StackFlags & NoteFlag) => {
    const decision = { id, resolution, note };
    const told = await asOperator({ url }, (address) => resolveException(address, decision));
    process.stdout.write(`${told}\n`);
  });

exception
  .command("retry")
  .description("Retries all that waits for one reason, once that is repaired.")
  .requiredOption("--code <code>", "the reason, e.g. ITEM_BLOCKED")
  .requiredOption("--note <text>", "what was repaired, for the record")
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async ({ url, code, note }: StackFlags & NoteFlag & { readonly code: string }) => {
    const count = await asOperator({ url }, (address) => retryAll(address, { code, note }));
    process.stdout.write(`${String(count)} of ${code} are tried again\n`);
  });

const command = program.command("command").description("A command, by its id.");

command
  .command("retry")
  .description("Tries a command again that waits for a person.")
  .argument("<id>")
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async (id: string, flags: StackFlags) => {
    process.stdout.write(`${await asOperator(flags, (address) => retryCommand(address, id))}\n`);
  });

command
  .command("cancel")
  .description("Takes back a command that no source can have received.")
  .argument("<id>")
  .requiredOption("--reason <text>", "why, for the record")
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async (id: string, { url, reason }: StackFlags & ReasonFlag) => {
    const told = await asOperator({ url }, (address) => cancelCommand(address, { id, reason }));
    process.stdout.write(`${told}\n`);
  });

const supergraph = program
  .command("supergraph")
  .description("The composed schema that the running stack serves.");

supergraph
  .command("check")
  .description(
    "Tells what serving a file would break, and serves nothing; exits with 1 if something.",
  )
  .argument("<file>", "a composed supergraph, as `npm run compose` writes it")
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async (file: string, flags: StackFlags) => {
    const found = await asOperator(flags, (address) => checkSupergraph(address, file));
    process.stdout.write(`${explainInspection(found)}\n`);
    if (!breaksNothing(found)) process.exitCode = 1;
  });

supergraph
  .command("reload")
  .description(
    "Serves a file from now on, until the process ends; refuses one that cannot be served.",
  )
  .argument("<file>", "a composed supergraph, as `npm run compose` writes it")
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async (file: string, flags: StackFlags) => {
    const told = await asOperator(flags, (address) => reloadSupergraph(address, file));
    process.stdout.write(`${told}\n`);
  });

const contract = program
  .command("contract")
  .description("The part of the schema that the clients of an audience have.");

contract
  .command("show")
  .description("Prints it as the running stack serves it.")
  .addArgument(new Argument("<audience>", "whose").choices(CONTRACTS))
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async (audience: ContractName, flags: StackFlags) => {
    const sdl = await asOperator(flags, (address) => showContract(address, audience));
    process.stdout.write(`${sdl}\n`);
  });

contract
  .command("diff")
  .description("Prints what one of two contracts has and the other has not.")
  .addArgument(new Argument("<audience>", "whose").choices(CONTRACTS))
  .addArgument(new Argument("[other]", "beside which").choices(CONTRACTS).default("full"))
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async (audience: ContractName, other: ContractName, flags: StackFlags) => {
    const told = await asOperator(flags, (address) => diffContracts(address, audience, other));
    process.stdout.write(`${told}\n`);
  });

program
  .command("replay")
  .description("Gives events of the log to their consumers again; what was done already stays so.")
  .option("--id <id>", "this event; may be repeated", addText)
  .option("--subject <subject>", "about this thing, e.g. order:7K3QF9M2ZT")
  .option("--type <type>", "of this type, e.g. orders.orderChanged; may be repeated", addText)
  .option("--from <instant>", "recorded then or later, e.g. 2026-11-21T08:00:00Z")
  .option("--to <instant>", "recorded before")
  .option("--consumer <name>", "to this consumer only, e.g. reread")
  .option("--dry-run", "prints what would be done and does nothing")
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async ({ url, dryRun = false, ...chosen }: StackFlags & ReplayFlags) => {
    const { id: ids, subject: subjectId, type: types, from, to, consumer } = chosen;
    const input = { ids, subjectId, types, from, to, consumer };
    const replay = await asOperator({ url }, (address) => replayEvents(address, { input, dryRun }));
    process.stdout.write(`${explainReplay(replay, dryRun)}\n`);
  });

const events = program.command("events").description("The event log.");

events
  .command("quarantine")
  .description("Prints the events that cannot be read, why, and their data.")
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async (flags: StackFlags) => {
    const waiting = await asOperator(flags, listQuarantined);
    process.stdout.write(`${explainQuarantine(waiting)}\n`);
  });

events
  .command("release")
  .description("Appends an event of the quarantine again, where every follower gets it once.")
  .argument("<id>", "as `events quarantine` prints it")
  .option("--data <json>", "the repaired data; left out, what was recorded", parseJsonFlag)
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async (id: string, { url, data }: StackFlags & { readonly data?: unknown }) => {
    const told = await asOperator({ url }, (address) => releaseEvent(address, { id, data }));
    process.stdout.write(`${told}\n`);
  });

addManifestCommands(program, { asOperator, defaultUrl: DEFAULT_URL });
addPartnerCommands(program, { asOperator, defaultUrl: DEFAULT_URL });
addSchemaCommands(program, { asOperator, defaultUrl: DEFAULT_URL });

await program.parseAsync();

/** Work on the running stack as an operator; what it refuses ends the program with 1 and its sentence. */
async function asOperator<Result>(
  { url }: StackFlags,
  work: (address: StackAddress) => Promise<Result>,
): Promise<Result> {
  try {
    return await work({
      url,
      token: process.env["CROSSDOCK_TOKEN"] ?? (await mintOperatorToken()),
    });
  } catch (error) {
    return program.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Where the stack does not believe its local issuer, CROSSDOCK_TOKEN has a token of another one. */
async function mintOperatorToken(): Promise<string> {
  const issuer = await openLocalIssuer(process.env["CROSSDOCK_DATA"] ?? DEFAULT_DATA_DIRECTORY);
  const ttlSeconds = OPERATOR_TOKEN_SECONDS;
  return issuer.mintToken({ role: "operator", customers: "all", ttlSeconds });
}

function addCustomer(raw: string, before: CustomerNumber[] = []): CustomerNumber[] {
  try {
    return [...before, parseCustomerNumber(raw)];
  } catch (error) {
    throw new InvalidArgumentError(String(error));
  }
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
