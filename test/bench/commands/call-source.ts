import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";

/** A source outside of our process that takes its time. */
export type CalledSource = {
  /** @throws the signal's reason when it aborts first */
  call(signal: AbortSignal): Promise<void>;
  close(): void;
};

/** @param answerMs how long it takes to answer */
export async function startSource(answerMs: number): Promise<CalledSource> {
  const child = fork(join(import.meta.dirname, "slow-source.ts"), [String(answerMs)], {
    execArgv: ["--import", "tsx"],
  });
  const [port] = (await once(child, "message")) as [number];
  const agent = new Agent({ keepAlive: true });
  return {
    call: (signal) =>
      new Promise((resolve, reject) => {
        const call = request({ host: "127.0.0.1", port, agent, method: "POST", signal });
        call.on("error", reject);
        call.on("response", (response) => {
          response.resume();
          response.on("end", resolve);
        });
        call.end("{}");
      }),
    close: () => {
      agent.destroy();
      child.kill();
    },
  };
}
