import { runTour, TourError } from "./run-tour.ts";
import { createGraphqlClient } from "../src/graphql-client.ts";
import { createSandboxControl } from "../src/sandbox-control.ts";
import { openLocalIssuer } from "@crossdock/app";
import { parseCustomerNumber } from "@crossdock/domain";

/**
 * `npm run tour [-- URL [SANDBOX_URL]]`: walks one order through a running stack and tells what
 * happens. Ends with 1 when something is not as it should be.
 */
const [url = "http://localhost:4000", sandboxUrl = "http://localhost:4100"] = process.argv.slice(2);
const CUSTOMER = parseCustomerNumber("C10010");
const TOKEN_SECONDS = 900;

try {
  const issuer = await openLocalIssuer(process.env["CROSSDOCK_DATA"] ?? ".crossdock");
  await runTour({
    client: createGraphqlClient(url),
    sandbox: createSandboxControl(sandboxUrl),
    customer: CUSTOMER,
    token: await issuer.mintToken({
      role: "portal",
      customers: [CUSTOMER],
      ttlSeconds: TOKEN_SECONDS,
    }),
    say: (text) => process.stdout.write(`${text}\n`),
  });
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const isRefused = error instanceof TypeError && error.message === "fetch failed";
  const hint = `Nothing answers at ${url}. Run \`npm start\` in another shell first.`;
  process.stderr.write(`\n${isRefused ? hint : error.message}\n`);
  if (!isRefused && !(error instanceof TourError)) process.stderr.write(`${String(error.stack)}\n`);
  process.exitCode = 1;
}
