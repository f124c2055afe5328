import { DirectoryInUseError } from "@crossdock/ledger";
import { hideCredentials } from "@crossdock/runtime";

/** What went wrong at the start, in a sentence that says what to do; without the password of a URL, if it names one. */
export function explainStartFailure(error: unknown): string {
  return hideCredentials(explain(error));
}

function explain(error: unknown): string {
  if (error instanceof DirectoryInUseError) return error.message;
  if (!(error instanceof Error)) return `Crossdock cannot start: ${String(error)}`;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EADDRINUSE") {
    const { port } = error as { port?: number };
    return `Port ${String(port)} is in use. Stop what listens there, or set PORT to another one.`;
  }
  return `Crossdock cannot start: ${error.stack ?? error.message}`;
}
