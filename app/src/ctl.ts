import { Command } from "commander";
import { addAuditCommands } from "./audit-commands.ts";
import { addCatalogueCommands } from "./catalogue-commands.ts";
import { addCloseCheckCommand } from "./close-check.ts";
import { addCommandCommands } from "./command-commands.ts";
import { EXIT_CODES } from "./ctl-output.ts";
import { addEventCommands } from "./event-commands.ts";
import { addExceptionCommands } from "./exception-commands.ts";
import { addManifestCommands } from "./manifest-commands.ts";
import { addPartnerCommands } from "./partner-commands.ts";
import { addReconciliationCommands } from "./reconciliation-commands.ts";
import { addRoiCommand } from "./roi-commands.ts";
import { addPauseCommands } from "./pause-commands.ts";
import { addSchemaCommands } from "./schema-commands.ts";
import { addSupergraphCommands } from "./supergraph-commands.ts";
import { addSyntheticCommands } from "./synthetic-commands.ts";
import { addFlowCommands } from "./flow-commands.ts";
import { addTokenCommand } from "./token-command.ts";

/** `npm run --silent ctl -- <command>`: work on a stack from a shell. Prints the result only. */
const program = new Command("ctl")
  .description("Works on a Crossdock stack, as an operator.")
  .showHelpAfterError("Add --help to see how it is used.")
  .addHelpText(
    "after",
    `
Exit codes:
  ${String(EXIT_CODES.done)}  done
  ${String(EXIT_CODES.no)}  the answer is "no": a check failed, or something waits
  ${String(EXIT_CODES.usage)}  called wrongly
  ${String(EXIT_CODES.unreachable)}  nobody answers where the stack should be
  ${String(EXIT_CODES.refused)}  the stack refuses

CROSSDOCK_TOKEN has the token where the stack does not believe its local issuer.`,
  )
  // Before any command is added: each takes it over.
  .exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage),
  );

addExceptionCommands(program);
addCommandCommands(program);
addPauseCommands(program);
addEventCommands(program);
addAuditCommands(program);
addPartnerCommands(program);
addManifestCommands(program);
addReconciliationCommands(program);
addCloseCheckCommand(program);
addSchemaCommands(program);
addSupergraphCommands(program);
addSyntheticCommands(program);
addCatalogueCommands(program);
addRoiCommand(program);
addFlowCommands(program);
addTokenCommand(program);

await program.parseAsync();
