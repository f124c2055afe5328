import { parseCustomerNumber, ROLES, type CustomerNumber, type Role } from "@crossdock/domain";
import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import { ctlEnvironment } from "./ctl-environment.ts";
import { parseDurationSeconds } from "./duration.ts";
import { openLocalIssuer } from "./local-issuer.ts";

/** An account of the demo data: what a customer's token sees unless it is told otherwise. */
const DEMO_CUSTOMER = parseCustomerNumber("C10010");
/** The distributor's own people, and those who work for it, see every account. */
const SEES_ALL: ReadonlySet<Role> = new Set<Role>(["operator", "carrier", "finance"]);

type TokenFlags = { readonly customer?: CustomerNumber[]; readonly ttl: number };

/** `ctl token`: a bearer token of the local issuer, without asking the stack. */
export function addTokenCommand(program: Command): void {
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
      const issuer = await openLocalIssuer(ctlEnvironment.dataDirectory);
      const customers = customer ?? (SEES_ALL.has(role) ? "all" : [DEMO_CUSTOMER]);
      process.stdout.write(`${await issuer.mintToken({ role, customers, ttlSeconds })}\n`);
    });
}

function addCustomer(raw: string, before: CustomerNumber[] = []): CustomerNumber[] {
  try {
    return [...before, parseCustomerNumber(raw)];
  } catch (error) {
    throw new InvalidArgumentError(String(error));
  }
}
