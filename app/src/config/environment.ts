import { loadConfig } from "@crossdock/runtime";
import { z } from "zod";

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const httpUrl = z.url({ protocol: /^https?$/ });
const port = z.coerce.number().int().min(0).max(65_535);

/** The variables that a process reads, each with what it means when it is not set. */
const environment = z.object({
  /** Where clients reach us. */
  PORT: port.default(4_000),
  HOST: z.string().default("127.0.0.1"),
  /** How sources reach us, for their webhooks; the local address when not set. */
  PUBLIC_URL: httpUrl.optional(),
  /** The embedded database, the local issuer's key and the sandbox's documents. */
  CROSSDOCK_DATA: z.string().default(".crossdock"),
  CROSSDOCK_CONFIG: z.string().default("crossdock.yaml"),
  SANDBOX_PORT: port.default(4_100),
  /** How badly the sandbox's vendors behave, names with commas between them; instead of the configuration's. */
  SANDBOX_PROFILE: z.string().optional(),
  /** A PostgreSQL to keep the ledger in; an embedded one when not set. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "it must start with postgres://")
    .optional(),
  /** A Redis to keep the queue in; the ledger's database when not set. */
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, "it must start with redis://")
    .optional(),
  /** Resends blindly after a lost answer, so that a chaos run can show that it sees doubles. Sandbox only. */
  CROSSDOCK_CHAOS_NO_LOOK_UP: z.literal("1").optional(),
  /** Calls to a source wait in one queue whatever they are for, so that a measurement can show what lanes do. */
  CROSSDOCK_LANES: z.literal("off").optional(),
  /** Each read asks its source, key by key, so that a measurement can show what batches and the cache do. */
  CROSSDOCK_READS: z.literal("uncached").optional(),
  /** A collector of traces, OTLP over HTTP; nothing is traced when it is not set here or in the configuration. */
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  /** The same with its path, for traces alone. */
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl.optional(),
  OTEL_SDK_DISABLED: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
  /** How this process shows in the collector. */
  OTEL_SERVICE_NAME: z.string().optional(),
  /** 0 to 1: of all traces. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
});

export type Environment = z.output<typeof environment>;

/** @throws {ConfigError} naming every variable that is wrong */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  return loadConfig(environment, env);
}
