import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { RawAttack } from "../attack.ts";
import type { Observation } from "../observation.ts";
import type { Target } from "./target.ts";

const BETWEEN_CHUNKS_MS = 5;
/** Half a request is waited for: this one is not. */
const LISTEN_MS = 60;
const STATUS = /^HTTP\/1\.1 (\d{3})/;

/** Bytes as they are; what is no request need not be answered. */
export async function sendRaw(attack: RawAttack, target: Target): Promise<Observation> {
  const socket = connect(target.port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => undefined); // the answer to nonsense may be a reset
  const closed = new Promise<void>((resolve) =>
    socket.once("close", () => {
      resolve();
    }),
  );
  for (const chunk of attack.chunks) {
    if (!socket.destroyed) socket.write(Buffer.from(chunk, "latin1"));
    await sleep(BETWEEN_CHUNKS_MS);
  }
  if (!attack.cuts) await Promise.race([closed, sleep(LISTEN_MS)]);
  socket.destroy();
  const text = Buffer.concat(chunks).toString();
  const status = STATUS.exec(text)?.[1];
  return {
    status: status === undefined ? null : Number(status),
    head: text,
    texts: [],
    silence: null,
  };
}
