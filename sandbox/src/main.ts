import { FINANCE_DEMO } from "./finance/demo-tenant.ts";
import { VENDOR_LIMITS, type FinanceLimits } from "./finance/limits.ts";
import { PROFILE_NAMES, profileNames, type ProfileName } from "./kit/profiles.ts";
import { startSandbox } from "./start-sandbox.ts";

const DEFAULT_PORT = 4_100;
const DEFAULT_SPEED = 400;
/** Who lifts the limit per minute runs load that would use up a day in minutes. */
const MINUTES_PER_DAY = 1_440;
/** A predecessor that is being restarted may hold the port for a moment. */
const PORT_WAIT_MS = 3_000;

const {
  SANDBOX_PORT,
  SANDBOX_DATA,
  SANDBOX_SPEED,
  SANDBOX_CALLS_PER_MINUTE,
  SANDBOX_PAST_ORDERS,
  SANDBOX_PROFILE,
  SANDBOX_FINANCE_WEBHOOK_URL: webhookUrl,
} = process.env;

try {
  /** Of each vendor but the ERP; what the vendors publish when not set. */
  const callsPerMinute = isSet(SANDBOX_CALLS_PER_MINUTE)
    ? readNumber("SANDBOX_CALLS_PER_MINUTE", SANDBOX_CALLS_PER_MINUTE, 0)
    : null;
  const sandbox = await startSandbox({
    port: readNumber("SANDBOX_PORT", SANDBOX_PORT, DEFAULT_PORT),
    portWaitMs: PORT_WAIT_MS,
    dataDir: isSet(SANDBOX_DATA) ? SANDBOX_DATA : null,
    speed: readNumber("SANDBOX_SPEED", SANDBOX_SPEED, DEFAULT_SPEED),
    ...(isSet(SANDBOX_PAST_ORDERS)
      ? { pastOrders: readNumber("SANDBOX_PAST_ORDERS", SANDBOX_PAST_ORDERS, 0) }
      : {}),
    profiles: readProfiles(SANDBOX_PROFILE ?? ""),
    wms: callsPerMinute === null ? {} : { requestsPerMinute: callsPerMinute },
    tax: callsPerMinute === null ? {} : { requestsPerMinute: callsPerMinute },
    carrier: callsPerMinute === null ? {} : { requestsPerMinute: callsPerMinute },
    finance: {
      ...(isSet(webhookUrl) ? { webhook: { url: webhookUrl, key: FINANCE_DEMO.webhookKey } } : {}),
      ...(callsPerMinute === null ? {} : { limits: limitsOf(callsPerMinute) }),
    },
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

function limitsOf(perMinute: number): FinanceLimits {
  return { ...VENDOR_LIMITS, perMinute, perDay: perMinute * MINUTES_PER_DAY };
}

/** @param raw names with commas between them */
function readProfiles(raw: string): readonly ProfileName[] {
  const names = raw.split(",").map((name) => name.trim());
  const read = profileNames.safeParse(names.filter((name) => name !== ""));
  if (read.success) return read.data;
  throw new Error(
    `SANDBOX_PROFILE is "${raw}"; it takes ${PROFILE_NAMES.join(", ")}, several with commas.`,
  );
}

function isSet(raw: string | undefined): raw is string {
  return raw !== undefined && raw !== "";
}

function readNumber(name: string, raw: string | undefined, fallback: number): number {
  if (!isSet(raw)) return fallback;
  const value = Number(raw);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is not a number: ${raw}`);
  return value;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTaken = "code" in error && error.code === "EADDRINUSE";
  return isTaken ? `${error.message}. Choose another SANDBOX_PORT.` : error.message;
}
