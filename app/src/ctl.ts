import { parseCustomerNumber, ROLES } from "@crossdock/domain";
import type { CustomerNumber, Role } from "@crossdock/domain";
import { Argument, Command, InvalidArgumentError } from "commander";
import { openLocalIssuer } from "./local-issuer.ts";
import { explainVerification, verifyAudit } from "./verify-audit.ts";

const DEFAULT_DATA_DIRECTORY = ".crossdock";
/** An account of the demo data: what a customer's token sees unless it is told otherwise. */
const DEMO_CUSTOMER = parseCustomerNumber("C10010");
/** The distributor's own people, and those who work for it, see every account. */
const SEES_ALL: ReadonlySet<Role> = new Set<Role>(["operator", "carrier", "finance"]);

const DEFAULT_URL = `http://127.0.0.1:${process.env["PORT"] ?? "4000"}`;
const AUDIT_TOKEN_SECONDS = 60;

type TokenFlags = { readonly customer?: CustomerNumber[]; readonly ttl: string };

/** `npm run --silent ctl -- <command>`: work on the local stack from a shell. Prints the result only. */
const program = new Command("ctl").description("Works on the local Crossdock stack.");

program
  .command("token")
  .description("Prints a bearer token for the local stack.")
  .addArgument(new Argument("<role>", "who the token is for").choices(ROLES))
  .option("--customer <number>", "an account that it may see; may be repeated", addCustomer)
  .option("--ttl <duration>", "how long it is valid: 30s, 15m, 8h or 7d", "8h")
  .action(async (role: Role, { customer, ttl }: TokenFlags) => {
    const ttlSeconds = parseDurationSeconds(ttl);
    const issuer = await openLocalIssuer(process.env["CROSSDOCK_DATA"] ?? DEFAULT_DATA_DIRECTORY);
    const customers = customer ?? (SEES_ALL.has(role) ? "all" : [DEMO_CUSTOMER]);
    process.stdout.write(`${await issuer.mintToken({ role, customers, ttlSeconds })}\n`);
  });

program
  .command("audit")
  .description("The audit journal of every step of every command.")
  .command("verify")
  .description("Asks the running stack whether the journal's chain holds; exits with 1 if not.")
  .option("--url <url>", "where the stack is", DEFAULT_URL)
  .action(async ({ url }: { readonly url: string }) => {
    const issuer = await openLocalIssuer(process.env["CROSSDOCK_DATA"] ?? DEFAULT_DATA_DIRECTORY);
    const ttlSeconds = AUDIT_TOKEN_SECONDS;
    const token = await issuer.mintToken({ role: "operator", customers: "all", ttlSeconds });
    try {
      const verification = await verifyAudit({ url, token });
      process.stdout.write(`${explainVerification(verification)}\n`);
      if (!verification.holds) process.exitCode = 1;
    } catch (error) {
      program.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    }
  });

await program.parseAsync();

function addCustomer(raw: string, before: CustomerNumber[] = []): CustomerNumber[] {
  try {
    return [...before, parseCustomerNumber(raw)];
  } catch (error) {
    throw new InvalidArgumentError(String(error));
  }
}

function parseDurationSeconds(raw: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(raw) ?? [];
  const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
  const seconds = Number(count) * (secondsOf[unit ?? ""] ?? 0);
  if (seconds > 0) return seconds;
  return program.error(`error: --ttl ${raw} is not a duration such as 30s, 15m, 8h or 7d.`);
}
