import { join } from "node:path";
import { untilHistoryIsRead } from "../../src/history.ts";
import { world } from "../../src/contract-prices.ts";
import { startStack, type Stack, type StackOptions } from "../../src/stack.ts";
import { startHelper } from "../kit/processes.ts";
import type { PortalAnswers } from "./portal-answers.ts";
import type { PortalRequest } from "./portal-client.ts";

/** A running stack with full books, and the process that its portal users are in. */
export interface Portal extends AsyncDisposable {
  readonly stack: Stack;
  /**
   * The same seed, rate and time send the same looks.
   * @param maxAgeSeconds how old what is shown may be; as the program has it when left out
   */
  look(
    perSecond: number,
    seconds: number,
    seed: number,
    maxAgeSeconds?: number,
  ): Promise<PortalAnswers>;
  /** One GraphQL request, sent by all accounts in turn, so many times at once. @param maxAgeSeconds as of `look` */
  lookAtOnce(body: string, times: number, maxAgeSeconds?: number): Promise<PortalAnswers>;
}

export async function openPortal(options: StackOptions): Promise<Portal> {
  const stack = await startStack({ pastOrders: "all", ...options });
  try {
    await untilHistoryIsRead(stack);
    const tokens = Object.fromEntries(
      await Promise.all(
        world.customers.map(async ({ number }) => [number, await stack.token("portal", number)]),
      ),
    ) as Record<string, string>;
    const client = await startHelper<PortalRequest, object>(
      join(import.meta.dirname, "portal-client.ts"),
      [],
    );
    const ask = async (request: PortalRequest) => (await client.ask(request)) as PortalAnswers;
    const to = { url: stack.url, tokens };
    return {
      stack,
      look: (perSecond, seconds, seed, maxAgeSeconds) =>
        ask({
          kind: "steady",
          ...to,
          perSecond,
          seconds,
          seed,
          headers: headersOf(maxAgeSeconds),
        }),
      lookAtOnce: (body, times, maxAgeSeconds) =>
        ask({ kind: "burst", ...to, headers: headersOf(maxAgeSeconds), body, times }),
      async [Symbol.asyncDispose]() {
        await client.stop();
        await stack[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

function headersOf(maxAgeSeconds: number | undefined): Readonly<Record<string, string>> {
  return maxAgeSeconds === undefined ? {} : { "crossdock-max-age": String(maxAgeSeconds) };
}
