import { fork } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";

/** A process of the bench that is asked one thing after the other. */
export interface Helper<Request, Hello> {
  /** What it said when it was ready. */
  readonly hello: Hello;
  /** @throws what it threw, or when it has ended */
  ask(request: Request): Promise<unknown>;
  /** Lets it close what it has, and end. */
  stop(): Promise<void>;
}

const CLOSE_LIMIT_MS = 20_000;

type Reply = { readonly answer: unknown } | { readonly error: string };

/**
 * @param file its whole path, run with `--expose-gc`; a file of plain JavaScript without the loader for TypeScript
 * @param flags of Node, where it runs as a program that has some
 * @throws when it ends before it is ready
 */
export async function startHelper<Request extends object, Hello>(
  file: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Helper<Request, Hello>> {
  const child = fork(file, [...args], {
    execArgv: [...flags, "--expose-gc", ...(file.endsWith(".ts") ? ["--import", "tsx"] : [])],
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${basename(file)} has ended with ${String(code)}.`);
  });
  ended.catch(() => undefined); // told to whoever asks
  const nextMessage = async () => {
    const [message] = (await Promise.race([once(child, "message"), ended])) as [unknown];
    return message;
  };
  const hello = (await nextMessage()) as Hello;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    hello,
    ask: (request) => {
      const answer = turn.then(async () => {
        child.send(request);
        const reply = (await nextMessage()) as Reply;
        if ("error" in reply) throw new Error(`${basename(file)}: ${reply.error}`);
        return reply.answer;
      });
      turn = answer.catch(() => undefined);
      return answer;
    },
    stop: async () => {
      const limit = setTimeout(() => child.kill("SIGKILL"), CLOSE_LIMIT_MS);
      child.disconnect();
      await ended.catch(() => undefined);
      clearTimeout(limit);
    },
  };
}

/**
 * The other end: answers what the parent asks, and ends when the parent stops it or has ended.
 * @param close called before it ends
 */
export function answerParent(
  hello: object,
  answer: (request: unknown) => Promise<unknown>,
  close: () => Promise<void>,
): void {
  process.on("message", (request) => {
    answer(request).then(
      (given) => process.send?.({ answer: given } satisfies Reply),
      (error: unknown) => process.send?.({ error: String(error) } satisfies Reply),
    );
  });
  process.on("disconnect", () => {
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  process.send?.(hello);
}
