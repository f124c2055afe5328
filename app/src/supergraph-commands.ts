import { Argument, type Command } from "commander";
import { CONTRACTS, diffContracts, showContract, type ContractName } from "./contract-desk.ts";
import { EXIT_CODES, printAnswer, withCommonFlags, type CommonFlags } from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";
import {
  breaksNothing,
  checkSupergraph,
  explainInspection,
  reloadSupergraph,
} from "./supergraph-desk.ts";

/** `ctl supergraph …` and `ctl contract …`: the composed schema that is served, and the parts of it that audiences have. */
export function addSupergraphCommands(program: Command): void {
  const supergraph = program
    .command("supergraph")
    .description("The composed schema that the running stack serves.");
  const file = new Argument("<file>", "a composed supergraph, as `npm run compose` writes it");

  withCommonFlags(supergraph.command("check"))
    .description(
      "Tells what serving a file would break, and serves nothing; exits with 1 if something.",
    )
    .addArgument(file)
    .action(async (name: string, flags: CommonFlags) => {
      const found = await asOperator(flags, (address) => checkSupergraph(address, name));
      printAnswer(found, explainInspection(found), flags);
      if (!breaksNothing(found)) process.exitCode = EXIT_CODES.no;
    });

  withCommonFlags(supergraph.command("reload"))
    .description(
      "Serves a file from now on, until the process ends; refuses one that cannot be served.",
    )
    .addArgument(file)
    .action(async (name: string, flags: CommonFlags) => {
      const told = await asOperator(flags, (address) => reloadSupergraph(address, name));
      printAnswer({ told }, told, flags);
    });

  const contract = program
    .command("contract")
    .description("The part of the schema that the clients of an audience have.");
  const audienceOf = () => new Argument("<audience>", "whose").choices(CONTRACTS);

  withCommonFlags(contract.command("show"))
    .description("Prints it as the running stack serves it.")
    .addArgument(audienceOf())
    .action(async (audience: ContractName, flags: CommonFlags) => {
      const sdl = await asOperator(flags, (address) => showContract(address, audience));
      printAnswer({ audience, sdl }, sdl, flags);
    });

  withCommonFlags(contract.command("diff"))
    .description("Prints what one of two contracts has and the other has not.")
    .addArgument(audienceOf())
    .addArgument(new Argument("[other]", "beside which").choices(CONTRACTS).default("full"))
    .action(async (audience: ContractName, other: ContractName, flags: CommonFlags) => {
      const told = await asOperator(flags, (address) => diffContracts(address, audience, other));
      printAnswer({ told }, told, flags);
    });
}
