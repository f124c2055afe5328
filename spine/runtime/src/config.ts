import type { z } from "zod";

/** The environment does not describe a process that can run. The message lists every fault, one a line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
  }
}

/**
 * Reads the environment once, when a process starts. A variable that is set to nothing counts as not
 * set, so that a default applies. Values are never repeated in the message: they may be secrets.
 * @param schema an object of variables; see `z.coerce` for numbers
 * @throws {ConfigError} naming every variable that is missing or wrong
 */
export function loadConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.map((issue) => sentence(issue, set)));
}

function sentence(issue: z.core.$ZodIssue, set: Readonly<Record<string, unknown>>): string {
  const [variable] = issue.path;
  if (typeof variable !== "string") return withStop(issue.message);
  if (!(variable in set)) return `${variable} is not set.`;
  return withStop(`${variable} is not valid: ${issue.message}`);
}

function withStop(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}
