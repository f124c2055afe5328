/** What a program writes, kept for as long as somebody looks for faults in it. */
export interface ProgramLog {
  readonly write: (piece: string) => void;
  /** Lines since the last look that say that something went wrong on our side. */
  takeFaults(): string[];
  /** Where its debugger listens, by what it wrote last. */
  debuggerUrl(): string | null;
}

const MAX_PENDING_CHARACTERS = 1_000_000;
const DEBUGGER = /Debugger listening on (ws:\S+)/;
/** Node's own words about what nobody caught, and what is left open too often. */
const NODE_FAULT =
  /Unhandled|UnhandledPromiseRejection|uncaughtException|MaxListenersExceededWarning|RangeError: Maximum call stack|FATAL ERROR/;
const ERROR_LEVELS = new Set(["error", "fatal"]);

export function createProgramLog(): ProgramLog {
  let pending = "";
  let debuggerUrl: string | null = null;
  return {
    write(piece) {
      pending = (pending + piece).slice(-MAX_PENDING_CHARACTERS);
      // The first that listens after a start is the program; its threads and children follow.
      if (debuggerUrl === null) debuggerUrl = DEBUGGER.exec(pending)?.[1] ?? null;
    },
    takeFaults() {
      const lines = pending.split("\n");
      pending = lines.pop() ?? "";
      return lines.filter(isFault).map((line) => `The log says ${line.slice(0, 1_200)}`);
    },
    debuggerUrl: () => debuggerUrl,
  };
}

function isFault(line: string): boolean {
  if (!line.startsWith("{")) return NODE_FAULT.test(line);
  try {
    return ERROR_LEVELS.has((JSON.parse(line) as { readonly level?: string }).level ?? "");
  } catch {
    return false;
  }
}
