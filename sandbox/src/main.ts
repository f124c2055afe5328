import { FINANCE_DEMO } from "./finance/demo-tenant.ts";
import { startSandbox } from "./start-sandbox.ts";

const DEFAULT_PORT = 4_100;
const DEFAULT_SPEED = 400;
/** A predecessor that is being restarted may hold the port for a moment. */
const PORT_WAIT_MS = 3_000;

const {
  SANDBOX_PORT,
  SANDBOX_DATA,
  SANDBOX_SPEED,
  SANDBOX_FINANCE_WEBHOOK_URL: webhookUrl,
} = process.env;

try {
  const sandbox = await startSandbox({
    port: readNumber("SANDBOX_PORT", SANDBOX_PORT, DEFAULT_PORT),
    portWaitMs: PORT_WAIT_MS,
    dataDir: SANDBOX_DATA === undefined || SANDBOX_DATA === "" ? null : SANDBOX_DATA,
    speed: readNumber("SANDBOX_SPEED", SANDBOX_SPEED, DEFAULT_SPEED),
    finance:
      webhookUrl === undefined || webhookUrl === ""
        ? {}
        : { webhook: { url: webhookUrl, key: FINANCE_DEMO.webhookKey } },
  });
  const stop = () => {
    void sandbox.stop().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.once("disconnect", stop); // forked: nobody would ever stop us again
  console.log(`ready: the sandbox listens at ${sandbox.url}`);
  process.send?.({ kind: "ready", url: sandbox.url });
} catch (error) {
  console.error(`The sandbox cannot start: ${explain(error)}`);
  process.exit(1);
}

function readNumber(name: string, raw: string | undefined, fallback: number): number {
  if (raw === undefined || raw === "") return fallback;
  const value = Number(raw);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is not a number: ${raw}`);
  return value;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTaken = "code" in error && error.code === "EADDRINUSE";
  return isTaken ? `${error.message}. Choose another SANDBOX_PORT.` : error.message;
}
