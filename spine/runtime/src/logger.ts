import { destination, pino, stdTimeFunctions } from "pino";
import type { DestinationStream, Logger } from "pino";
import { hideCredentials } from "./hide-credentials.ts";
import { workFields } from "./tracing.ts";

export type { Logger } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LoggerOptions = {
  /** The process, as it shows in every line. */
  readonly name: string;
  readonly level: LogLevel;
  /** Where lines go: standard error unless a test wants to read them. */
  readonly to?: DestinationStream;
};

const STANDARD_ERROR = 2;

/**
 * One JSON object a line, on standard error: standard output belongs to what a command prints. A line of the work that
 * is done for a request, a command or a notification has its correlation id, and its trace id where it is in a trace.
 * Fields that hold credentials by their name are replaced by `[redacted]`, at the top and one and two levels down, and
 * whatever is a credential by its looks, anywhere in the line.
 */
export function createLogger({ name, level, to }: LoggerOptions): Logger {
  return pino(
    {
      name,
      level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: workFields,
      redact: { paths: redactedPaths(), censor: "[redacted]" },
      hooks: { streamWrite: hideCredentials },
    },
    to ?? destination({ fd: STANDARD_ERROR, sync: true }),
  );
}

const SECRET_KEYS = [
  "authorization",
  "Authorization",
  "cookie",
  "secret",
  "clientSecret",
  "client_secret",
  "token",
  "accessToken",
  "access_token",
  "refreshToken",
  "password",
  "apiKey",
];

function redactedPaths(): string[] {
  return SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
}
