import type { Command } from "commander";
import { EXIT_CODES, printAnswer, withCommonFlags, type CommonFlags } from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";
import {
  explainJudgement,
  explainManifests,
  explainUnknown,
  lintManifest,
  listManifests,
  listUnknown,
  promoteManifest,
  pushManifest,
  retireManifest,
  type ToldJudgement,
} from "./manifest-desk.ts";

type ClientFlag = { readonly client: string };
type VersionFlag = { readonly manifestVersion: string };

/** `ctl manifest …`: the operations that partners may send. A manifest that is not good exits with 1. */
export function addManifestCommands(program: Command): void {
  const manifest = program
    .command("manifest")
    .description("The operations that partners may send, as Apollo's generator writes them.");
  const add = (usage: string, description: string) =>
    withCommonFlags(manifest.command(usage)).description(description);
  const ofClient = (command: Command) =>
    command.requiredOption("--client <id>", "whose it is, e.g. acme-edi");
  const tell = (flags: CommonFlags, answer: unknown, text: string) => {
    printAnswer(answer, text, flags);
  };
  const tellJudged = (flags: CommonFlags, judged: ToldJudgement, done: string) => {
    const isGood = judged.problems.length === 0;
    tell(flags, judged, `${explainJudgement(judged)}\n${isGood ? done : "nothing was changed"}`);
    if (!isGood) process.exitCode = EXIT_CODES.no;
  };

  ofClient(
    add("lint <file>", "Tells what a manifest's operations may cost, and keeps nothing."),
  ).action(async (file: string, flags: CommonFlags & ClientFlag) => {
    const judged = await asOperator(flags, (address) => lintManifest(address, flags.client, file));
    tellJudged(flags, judged, `${file} is good for ${flags.client}`);
  });

  ofClient(add("push <file>", "Keeps a manifest as a version, which nobody can use yet."))
    .requiredOption("--manifest-version <name>", "what to call it, e.g. that of the application")
    .action(async (file: string, flags: CommonFlags & ClientFlag & VersionFlag) => {
      const { client, manifestVersion: version } = flags;
      const judged = await asOperator(flags, (address) =>
        pushManifest(address, client, { file, version }),
      );
      tellJudged(flags, judged, `${version} of ${client} is pushed`);
    });

  ofClient(
    add("promote <version>", "Puts a version in use, beside those that are in use already."),
  ).action(async (version: string, flags: CommonFlags & ClientFlag) => {
    const judged = await asOperator(flags, (address) =>
      promoteManifest(address, flags.client, version),
    );
    tellJudged(flags, judged, `${version} of ${flags.client} is in use`);
  });

  ofClient(add("retire <version>", "Takes a version out of use, for good.")).action(
    async (version: string, flags: CommonFlags & ClientFlag) => {
      const told = await asOperator(flags, (address) =>
        retireManifest(address, flags.client, version),
      );
      tell(flags, told, `${version} of ${flags.client} is retired`);
    },
  );

  add("list", "Prints the versions of all partners, or of one.")
    .option("--client <id>", "of this one")
    .action(async (flags: CommonFlags & Partial<ClientFlag>) => {
      const found = await asOperator(flags, (address) =>
        listManifests(address, flags.client ?? null),
      );
      tell(flags, found, explainManifests(found));
    });

  ofClient(
    add("unknown", "Prints what a partner in the mode log sends that is in none of its manifests."),
  ).action(async (flags: CommonFlags & ClientFlag) => {
    const found = await asOperator(flags, (address) => listUnknown(address, flags.client));
    tell(flags, found, explainUnknown(found));
  });
}
